#!/usr/bin/env python3
"""Holds gradle/libs.versions.toml, ci/closure.txt and jvm-test/pom.xml together: what one names, the others have at the same
version. Both builds make the same of what lies in mobile-ffi."""

import re
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ANDROID = Path(__file__).resolve().parent.parent
# JUnit comes to CI as one runner, and Gradle's own plugins have no part in it. Google's library is in no repository that CI uses.
ONLY_IN_GRADLE = {"org.junit.jupiter:junit-jupiter", "org.junit.vintage:junit-vintage-engine", "com.google.firebase:firebase-messaging"}


def main():
    catalog = tomllib.loads((ANDROID / "gradle/libs.versions.toml").read_text())
    lines = [line.split(" ")[1] for line in (ANDROID / "ci/closure.txt").read_text().splitlines() if line and line[0] != "#"]
    closure = {}
    for line in lines:
        group, name, version, *_ = line.split(":")
        closure.setdefault(f"{group}:{name}", set()).add(version)

    versions = catalog["versions"]
    wanted = {library["module"]: versions[library["version"]["ref"]] for library in catalog["libraries"].values()}
    wanted["org.jetbrains.kotlin:kotlin-stdlib"] = versions["kotlin"]
    wanted["org.jetbrains.kotlin:kotlin-compiler-embeddable"] = versions["kotlin"]
    wanted["org.jetbrains.kotlin:kotlin-compose-compiler-plugin-embeddable"] = versions["kotlin"]
    faults = [
        f"{module}: Gradle has {version}, ci/closure.txt has {', '.join(closure.get(module, ['none']))}"
        for module, version in wanted.items()
        if module not in ONLY_IN_GRADLE and closure.get(module) != {version}
    ]
    # The runner of JUnit Platform 1.11.4 brings Jupiter 5.11.4.
    runner = closure["org.junit.platform:junit-platform-console-standalone"]
    if runner != {"1." + versions["junit-jupiter"].split(".", 1)[1]}:
        faults.append(f"JUnit: Gradle has Jupiter {versions['junit-jupiter']}, CI runs Platform {runner}")
    # What the stories run with is what the app is built with.
    faults += [
        f"{module}: the stories have {version}, ci/closure.txt has {', '.join(closure.get(module, ['none']))}"
        for module, version in of_stories().items()
        if module not in ONLY_IN_GRADLE and closure.get(module) != {version}
    ]
    if of_stories()["org.junit.jupiter:junit-jupiter"] != versions["junit-jupiter"]:
        faults.append(f"JUnit: Gradle has Jupiter {versions['junit-jupiter']}, the stories have another")
    faults += [
        f"{script.name}: not run by {build.name}"
        for script in sorted((ANDROID.parent / "mobile-ffi").glob("*.py"))
        for build in (ANDROID / "ci/build.py", ANDROID / "app/build.gradle.kts")
        if not re.search(rf'mobile-ffi/{script.name}",\s', build.read_text())
    ]
    for fault in faults:
        print(fault)
    print(f"{0 if faults else 1} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


def of_stories():
    """What jvm-test/pom.xml depends on, with its versions."""
    pom = ElementTree.parse(ANDROID / "jvm-test/pom.xml").getroot()
    space = {"m": pom.tag.partition("}")[0].strip("{")}
    properties = {entry.tag.partition("}")[2]: entry.text for entry in pom.find("m:properties", space)}
    found = {}
    for dependency in pom.find("m:dependencies", space):
        group, name, version = (dependency.find(f"m:{tag}", space).text for tag in ("groupId", "artifactId", "version"))
        found[f"{group}:{name}"] = re.sub(r"\$\{(.+?)\}", lambda match: properties[match[1]], version)
    return found


if __name__ == "__main__":
    main()
