#!/usr/bin/env python3
"""Builds and tests the app without Gradle and without Android's SDK.

    android/ci/build.py test      compiles, runs the presenters' tests, draws every state of every screen and checks it
    android/ci/build.py apk       compiles the app, and packs it with the core that tests/cross/run linked into a signed APK

Maven only fetches what closure.txt names. Everything made stays under target/android.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import flavour

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "android" / "app" / "src"
OUT = ROOT / "target" / "android"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
NAMESPACE = "vn.trien"
MIN_SDK, TARGET_SDK = "30", "36"
# What lies beside the code, as it is.
PACKED = OUT / "generated" / "packed"


def main():
    what = sys.argv[1] if len(sys.argv) == 2 else ""
    if what not in ("test", "apk"):
        sys.exit(__doc__)
    closure = Closure()
    closure.fetch()
    if what == "test":
        test(closure)
    else:
        from apk import make_apk

        compile_app(closure)
        make_apk(closure, OUT)


def test(closure):
    presenters, app = compile_app(closure)
    tests = compile_tests(closure, presenters, app)
    jars = closure.jars("app", "host")
    counts = [
        run_tests("presenters", [tests / "presenters", presenters, PACKED, *plain(closure), *test_plain(closure)], {"trien.root": ROOT}),
        run_tests("screens", [tests / "screens", app, SOURCES / "debug/resources", presenters, PACKED, tests / "presenters", *resources_for_tests(), *jars,
                              *closure.jars("test", "framework")], robolectric(closure)),
        *flavour.try_fcm(closure, presenters, app),
    ]
    passed, failed = (sum(numbers) for numbers in zip(*counts))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


class Closure:
    """What closure.txt names, in target/android/artifacts once fetched."""

    def __init__(self):
        self.lines = []
        for line in (ROOT / "android/ci/closure.txt").read_text().splitlines():
            if line and not line.startswith("#"):
                use, coordinates = line.split(" ")
                self.lines.append((use, *(coordinates.split(":") + ["jar"])[:4]))
        self.folder = OUT / "artifacts"

    def wanted(self):
        # An APK's code is made rarely, and the rest does not need its maker.
        return [line for line in self.lines if line[0] != "dexer" or "apk" in sys.argv]

    def fetch(self):
        missing = [line for line in self.wanted() if not self.file(line).exists()]
        if not missing:
            return
        items = "".join(
            f"<artifactItem><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>"
            f"<type>{kind}</type><destFileName>{self.file((use, group, name, version, kind)).name}</destFileName></artifactItem>"
            for use, group, name, version, kind in missing
        )
        pom = OUT / "fetch" / "pom.xml"
        pom.parent.mkdir(parents=True, exist_ok=True)
        pom.write_text(
            '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
            "<groupId>vn.trien</groupId><artifactId>fetch</artifactId><version>1</version><packaging>pom</packaging>"
            "<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>"
            f"<version>{PLUGIN.split(':')[2]}</version><configuration><outputDirectory>{self.folder}</outputDirectory>"
            f"<artifactItems>{items}</artifactItems></configuration></plugin></plugins></build></project>"
        )
        print(f"fetching {len(missing)} artifacts", flush=True)
        run("mvn", "--quiet", "--batch-mode", "-Dstyle.color=never", "--file", pom, PLUGIN)

    def file(self, line):
        _, group, name, version, kind = line
        return self.folder / f"{group}.{name}-{version}.{kind}"

    def files(self, *uses):
        return [self.file(line) for line in self.lines if line[0] in uses]

    def jars(self, *uses):
        """Class files: those of libraries, and those inside Android libraries."""
        found = []
        for file in self.files(*uses):
            if file.suffix == ".jar":
                found.append(file)
            else:
                inside = [exploded(file) / "classes.jar", *sorted((exploded(file) / "libs").glob("*.jar"))]
                # JNA's own archive holds libraries for phones; the host's has those for this machine.
                found += [jar for jar in inside if jar.exists() and "dev.jna" not in file.name]
        return found


def exploded(aar):
    folder = OUT / "exploded" / aar.stem
    if not folder.exists():
        with zipfile.ZipFile(aar) as archive:
            archive.extractall(folder)
    return folder


def compile_app(closure):
    """Presenters first and alone: they compile without a class of Android, so they use none."""
    generated = OUT / "generated"
    bindings(generated / "bindings")
    step("texts", [ROOT / "core/locales", ROOT / "mobile-ffi/texts.py"],
         lambda: run(ROOT / "mobile-ffi/texts.py", "kotlin", generated / "texts"))
    licences()
    link_resources(closure)

    presenters, app = OUT / "classes/presenters", OUT / "classes/app"
    android = closure.jars("app", "host", "framework")
    java = OUT / "classes/resources"
    kotlinc(closure, "presenters", [SOURCES / "presenters/kotlin", generated / "bindings", generated / "texts"], plain(closure), presenters)
    # Samples are in debug builds only, and use what is internal in the app: one compilation for both.
    kotlinc(closure, "app", [SOURCES / "main/kotlin", SOURCES / "foss/kotlin", SOURCES / "debug/kotlin"], [presenters, java, *android], app)
    return presenters, app


def compile_tests(closure, presenters, app):
    tests = OUT / "classes/tests"
    kotlinc(closure, "tests of presenters", [SOURCES / "testPresenters/kotlin"], [presenters, *plain(closure), *test_plain(closure), *closure.jars("runner")],
            tests / "presenters", friends=[presenters])
    # The phone that the presenters' tests play is played for the screens too.
    kotlinc(closure, "tests of screens", [SOURCES / "test/kotlin"],
            [app, presenters, tests / "presenters", OUT / "classes/resources", *closure.jars("test"), *closure.jars("app", "host", "framework")],
            tests / "screens", friends=[app, tests / "presenters"])
    return tests


def plain(closure):
    """What presenters may use: nothing of Android."""
    return [jar for jar in closure.files("app", "host") if re.search(r"kotlin-stdlib|coroutines-core-jvm|dev\.jna.*jar|zxing", jar.name)]


def test_plain(closure):
    return [jar for jar in closure.files("test") if "coroutines-test-jvm" in jar.name]


def bindings(folder):
    """The core's own bindings, from the library as it is now."""
    run("cargo", "build", "--locked", "--workspace", "--all-features", "--lib", "--bins", "--test", "architecture", cwd=ROOT)
    built = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug"
    library = next(file for file in (built / "libtrien_ffi.so", built / "libtrien_ffi.dylib") if file.exists())
    step("bindings", [library], lambda: run(
        built / "uniffi-bindgen", "generate", library, "--language", "kotlin", "--no-format", "--out-dir", folder, cwd=ROOT))


def licences():
    """What the app tells of everybody's licences, from what it is made of now."""
    made_of = ["mobile-ffi/licences.py", "mobile-ffi/licences", "mobile-ffi/Cargo.toml", "core/Cargo.toml", "Cargo.toml", "Cargo.lock", "core/assets", "android/ci/closure.txt"]
    step("licences", [ROOT / name for name in made_of],
         lambda: run(ROOT / "mobile-ffi/licences.py", "android", PACKED / "vn/trien/licences.txt"))


def link_resources(closure):
    """R classes for the app and its libraries, and the table that Robolectric reads."""
    libraries = [exploded(aar) for aar in closure.files("app", "test") if aar.suffix == ".aar"]
    resources = [folder / "res" for folder in libraries if any((folder / "res").glob("*"))]
    made = OUT / "resources"

    def link():
        shutil.rmtree(made, ignore_errors=True)
        (made / "java").mkdir(parents=True)
        zips = []
        for number, folder in enumerate([*resources, SOURCES / "main/res"]):
            zips.append(made / f"{number}.zip")
            run("aapt2", "compile", "--dir", folder, "-o", zips[-1])
        link_table(closure, made, zips, OUT / "classes/resources")

    step("resources", [SOURCES / "main/res", SOURCES / "main/AndroidManifest.xml", ROOT / "android/ci/closure.txt"], link)


def link_table(closure, made, zips, classes, more=""):
    """The table of the compiled resources, and its R classes."""
    libraries = [exploded(aar) for aar in closure.files("app", "test") if aar.suffix == ".aar"]
    packages = sorted({package_of(folder) for folder in libraries} - {NAMESPACE})
    run("aapt2", "link", "-I", closure.files("framework")[0], "--manifest", manifest(made, more=more), "--auto-add-overlay",
        "--custom-package", NAMESPACE, "--java", made / "java", "--extra-packages", ":".join(packages),
        "--min-sdk-version", MIN_SDK, "--target-sdk-version", TARGET_SDK, "-o", made / "app.ap_",
        *[word for file in zips for word in ("-R", file)], quiet="Unknown chunk type")
    shutil.rmtree(classes, ignore_errors=True)
    run("javac", "-nowarn", "-d", classes, *sorted((made / "java").rglob("R.java")))


def manifest(folder, tests=True, more=""):
    """The app's manifest as Gradle's plugin would hand it on: with the namespace as its package, and what a flavour adds."""
    text = (SOURCES / "main/AndroidManifest.xml").read_text().replace("</application>", more + "</application>")
    file = folder / "AndroidManifest.xml"
    text = text.replace("<manifest", f'<manifest package="{NAMESPACE}"', 1)
    for name, value in (("applicationId", NAMESPACE), ("label", "@string/app_name"), ("linkDomain", "*")):
        text = text.replace("${" + name + "}", value)
    # Debian's aapt2 is older than this element, which only widens what the app may see of others.
    text = re.sub(r"<queries>.*?</queries>", "", text, flags=re.DOTALL)
    # Compose's tests start this one; ui-test-manifest declares it where libraries' manifests are merged.
    test_activity = '<activity android:name="androidx.activity.ComponentActivity" android:exported="false"/>' if tests else ""
    file.write_text(text.replace("</application>", test_activity + "</application>"))
    return file


def package_of(library):
    return re.search(r'package="([^"]+)"', (library / "AndroidManifest.xml").read_text())[1]


def resources_for_tests(made=OUT / "resources", classes=OUT / "classes/resources"):
    folder = OUT / "classes" / f"robolectric-{made.name}"
    properties = folder / "com/android/tools/test_config.properties"
    properties.parent.mkdir(parents=True, exist_ok=True)
    properties.write_text(
        f"android_resource_apk={made}/app.ap_\nandroid_merged_manifest={made}/AndroidManifest.xml\n"
        f"android_merged_assets={made}/assets\nandroid_custom_package={NAMESPACE}\n"
    )
    return [folder, classes]


def robolectric(closure):
    folder = OUT / "emulated"
    folder.mkdir(exist_ok=True)
    for use, _, name, version, kind in closure.lines:
        if use == "emulated":
            link, file = folder / f"{name}-{version}.{kind}", closure.files("emulated")[0]
            link.unlink(missing_ok=True)
            link.symlink_to(file)
    return {
        "robolectric.offline": "true", "robolectric.dependency.dir": folder,
        "trien.pictures": OUT / "pictures", "trien.root": ROOT,
    }


def kotlinc(closure, name, sources, classpath, out, friends=()):
    def compile():
        shutil.rmtree(out, ignore_errors=True)
        run(*compiler(closure, sources, classpath, out, friends))

    step(name, [*sources, *[entry for entry in classpath if entry.is_dir()], ROOT / "android/ci/closure.txt"], compile)


def compiler(closure, sources, classpath, out, friends=()):
    """The command that compiles these: Kotlin's compiler, with Compose's plugin."""
    files = sorted(str(file) for folder in sources for file in folder.rglob("*.kt"))
    plugin = next(jar for jar in closure.files("compiler") if "compose-compiler" in jar.name)
    arguments = OUT / "arguments.txt"
    # The plugin asks for Compose's own classes, and presenters have none.
    draws = any("compose.runtime" in str(entry) for entry in classpath)
    words = [
        *(["-Xplugin=" + str(plugin)] if draws else []), "-no-stdlib", "-no-reflect", "-jvm-target", "17", "-module-name", out.name,
        "-opt-in=kotlin.RequiresOptIn", "-classpath", joined(classpath), "-d", str(out), *files,
    ]
    if friends:
        words.append("-Xfriend-paths=" + ",".join(str(friend) for friend in friends))
    arguments.write_text("\n".join(f'"{word}"' for word in words))
    machinery = [jar for jar in closure.files("compiler") if jar != plugin] + [
        jar for jar in closure.files("app") if re.search(r"kotlin-stdlib|coroutines-core-jvm|jetbrains.annotations", jar.name)]
    # A compiler that runs for a minute has no time to become quicker.
    return ["java", "-Xmx2g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", joined(machinery), "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", f"@{arguments}"]


def run_tests(name, classpath, properties):
    """Runs all tests of a class path in one JVM; gives how many passed and failed."""
    closure = Closure()
    reports = OUT / "reports" / name
    shutil.rmtree(reports, ignore_errors=True)
    settings = [f"-D{key}={value}" for key, value in properties.items()]
    tests = next(entry for entry in classpath if "tests" in str(entry))
    done = subprocess.run([
        "java", "-Xmx2g", *settings, "-cp", joined([*closure.files("runner"), *classpath]),
        "org.junit.platform.console.ConsoleLauncher", "execute", "--scan-classpath", str(tests),
        "--reports-dir", str(reports), "--details", "tree", "--disable-banner", "--disable-ansi-colors"], check=False, cwd=ROOT)
    text = "".join(file.read_text() for file in reports.glob("TEST-*.xml")) if reports.exists() else ""
    found = [tuple(map(int, numbers)) for numbers in re.findall(r'<testsuite [^>]*?tests="(\d+)" skipped="(\d+)" failures="(\d+)" errors="(\d+)"', text)]
    passed = sum(tests - skipped - failures - errors for tests, skipped, failures, errors in found)
    failed = sum(skipped + failures + errors for _, skipped, failures, errors in found)
    if done.returncode and not failed:
        failed = 1
    return passed, failed


def step(name, inputs, action):
    """Does what has to be done when one of the inputs has changed since it was last done."""
    digest = hashlib.sha256()
    for entry in inputs:
        for file in sorted(entry.rglob("*")) if entry.is_dir() else [entry]:
            if file.is_file():
                digest.update(str(file).encode() + b"\0" + file.read_bytes())
    mark = OUT / "done" / name.replace(" ", "-")
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return
    print(f"{name} …", flush=True)
    mark.unlink(missing_ok=True)
    action()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(digest.hexdigest())


def run(*words, quiet=None, cwd=None):
    words = [str(word) for word in words]
    if quiet is None:
        subprocess.run(words, check=True, cwd=cwd)
        return
    done = subprocess.run(words, check=False, cwd=cwd, stderr=subprocess.PIPE, text=True)
    sys.stderr.write("".join(line for line in done.stderr.splitlines(keepends=True) if quiet not in line))
    done.check_returncode()


def joined(paths):
    return os.pathsep.join(str(path) for path in paths)


if __name__ == "__main__":
    main()
