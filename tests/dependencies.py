"""Holds every dependency to deny.toml: licences, banned crates, sources.

cargo-deny checks the same file and more; compiling it takes longer than all of the lint stage, so the part
that a test run needs is done here from `cargo metadata`.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

# What the fuzz targets need beyond the core.
FUZZING = {"arbitrary", "jobserver", "libfuzzer-sys", "trien-fuzz"}


def main():
    rules = tomllib.loads((REPOSITORY / "deny.toml").read_text())
    released, fuzzed = packages(REPOSITORY), packages(REPOSITORY / "tests" / "fuzz")
    everything = released | {key: package for key, package in fuzzed.items() if package["name"] in FUZZING}
    faults = [fault for package in everything.values() for fault in faults_of(package, rules)]
    faults += [f"{name} {version}: fuzzed, but another version is released" for name, version in strangers(released, fuzzed)]
    print("\n".join(faults) or f"dependencies: {len(everything)} packages keep to deny.toml")
    print(f"{0 if faults else 1} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


def packages(workspace):
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--all-features"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=workspace).stdout)
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    return {package["id"]: package for package in metadata["packages"] if package["id"] in used}


def strangers(released, fuzzed):
    """What is fuzzed is what is released, to the version."""
    known = {(package["name"], package["version"]) for package in released.values()}
    found = {(package["name"], package["version"]) for package in fuzzed.values()}
    return sorted((name, version) for name, version in found - known if name not in FUZZING)


def faults_of(package, rules):
    name = f"{package['name']} {package['version']}"
    excepted = [more["allow"] for more in rules["licenses"]["exceptions"] if more["crate"] == package["name"]]
    if not licence_allowed(package["license"] or "", set(rules["licenses"]["allow"]).union(*excepted)):
        yield f"{name}: licence {package['license']!r} is not allowed"
    if package["source"] and not package["source"].startswith("registry+"):
        yield f"{name}: comes from {package['source']}, not from the registry"
    for ban in rules["bans"]["deny"]:
        banned, _, below = ban["crate"].partition(":<")
        if package["name"] == banned and (not below or version(package["version"]) < version(below)):
            yield f"{name}: banned, {ban['reason']}"


def version(text):
    return [int(number) for number in re.findall(r"\d+", text)[:3]]


def licence_allowed(expression, allowed):
    """An SPDX expression with AND, OR and brackets; the old `A/B` means OR."""
    tokens = re.findall(r"\(|\)|[\w.+-]+(?: WITH [\w.-]+)?", expression.replace("/", " OR "))

    def either():
        result = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            result = both() or result
        return result

    def both():
        result = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            result = one() and result
        return result

    def one():
        token = tokens.pop(0) if tokens else ""
        if token != "(":
            return token in allowed
        result = either()
        return bool(tokens) and tokens.pop(0) == ")" and result

    return either() and not tokens


def self_test():
    allowed = {"MIT", "ISC", "Apache-2.0 WITH LLVM-exception"}
    good = ["MIT", "GPL-3.0 OR MIT", "GPL-3.0/MIT", "(MIT OR GPL-3.0) AND ISC", "Apache-2.0 WITH LLVM-exception"]
    bad = ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "GPL-3.0 OR (MIT AND GPL-2.0)", "MIT ISC"]
    assert all(licence_allowed(text, allowed) for text in good)
    assert not any(licence_allowed(text, allowed) for text in bad)


if __name__ == "__main__":
    self_test()
    main()
