"""The flavour `fcm`, without Google's library: compiled against stand-ins with the signatures that it uses, tried over them, and with
mistakes planted that this must catch. stand-ins/README.md says what it shows and what not."""

import re
import shutil
import subprocess

import build

# Words of the sources, a mistake in their place, and what the compiler has to say of it.
MISTAKES = [
    ("PushPlace.Fcm(it)", "it", r"argument type mismatch: .*PushPlace"),
    (".setGcmSenderId(", ".setSenderId(", r"unresolved reference 'setSenderId'"),
    ("R.string.fcm_project", "R.string.fcm_project_id", r"unresolved reference 'fcm_project_id'"),
    ("override fun onMessageReceived(", "override fun onMessage(", r"'onMessage' overrides nothing"),
]


def try_fcm(closure, presenters, app):
    """Compiles and tries the flavour; gives how many tests passed and failed, and how many planted mistakes were seen and not."""
    here = build.ROOT / "android/ci/stand-ins"
    out = build.OUT / "classes/fcm"
    stand_ins, resources, classes, tests = (out / name for name in ("stand-ins", "resources", "flavour", "tests"))
    libraries = closure.jars("app", "host")
    android = [*libraries, *closure.jars("framework")]
    build.step("stand-ins", [here / "java"], lambda: compile_java(here / "java", android, stand_ins))
    link(closure, resources)
    ours = [stand_ins, resources, app, presenters]
    build.kotlinc(closure, "flavour fcm", [build.SOURCES / "fcm/kotlin"], [*ours, *android], classes, friends=[app])
    build.kotlinc(closure, "tests of the flavour fcm", [here / "test"], [classes, *ours, *closure.jars("test"), *android], tests)
    run = [tests, classes, stand_ins, app, presenters, *build.resources_for_tests(build.OUT / "resources-fcm", resources), *libraries,
           *closure.jars("test", "framework")]
    return [build.run_tests("fcm", run, build.robolectric(closure)), planted(closure, [*ours, *android], out)]


def compile_java(sources, classpath, out):
    shutil.rmtree(out, ignore_errors=True)
    build.run("javac", "-nowarn", "-Xlint:-options", "--release", "17", "-cp", build.joined(classpath), "-d", out, *sorted(sources.rglob("*.java")))


def link(closure, classes):
    """The app's resources with those that Gradle makes of a publisher's properties: none, and on a device that lies on its side all."""
    made = build.OUT / "resources-fcm"
    manifest = build.SOURCES / "fcm/AndroidManifest.xml"

    def link():
        shutil.rmtree(made, ignore_errors=True)
        (made / "java").mkdir(parents=True)
        write_names(made / "res/values", project="", application="", key="", sender="")
        write_names(made / "res/values-land", project="a-project", application="1:23:android:45", key="a-key", sender="23")
        build.run("aapt2", "compile", "--dir", made / "res", "-o", made / "fcm.zip")
        zips = sorted((build.OUT / "resources").glob("*.zip"), key=lambda file: int(file.stem))
        build.link_table(closure, made, [*zips, made / "fcm.zip"], classes, more=added_by(manifest.read_text()))

    build.step("resources of the flavour fcm", [build.SOURCES / "main/res", build.SOURCES / "main/AndroidManifest.xml", manifest], link)


def write_names(folder, **names):
    folder.mkdir(parents=True)
    lines = "".join(f'<string name="fcm_{name}">{value}</string>' for name, value in names.items())
    (folder / "fcm.xml").write_text(f"<resources>{lines}</resources>")


def added_by(manifest):
    """What the flavour's manifest adds to the app; what it takes away is in Google's own, which is not here."""
    inside = re.search(r"<application>(.*)</application>", manifest, re.DOTALL)[1]
    return re.sub(r'<[^<>]*tools:node="remove"[^<>]*/>', "", inside)


def planted(closure, known, out):
    """Plants all mistakes at once, each in a line of its own: the compiler has to see every one, and nothing else."""
    folder = out / "planted"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(build.SOURCES / "fcm/kotlin", folder)
    file = next(folder.rglob("Fcm.kt"))
    text = file.read_text()
    for right, wrong, _ in MISTAKES:
        assert text.count(right) >= 1, f"the place to plant {wrong} is gone"
        text = text.replace(right, wrong, 1)
    file.write_text(text)
    said = refused(closure, folder, known, out)
    errors = [line for line in said.splitlines() if ": error: " in line]
    missed = [wrong for _, wrong, refusal in MISTAKES if not any(re.search(refusal, line) for line in errors)]
    print(f"planted in the flavour fcm: {len(MISTAKES) - len(missed)} of {len(MISTAKES)} mistakes seen")
    if missed or len(errors) != len(MISTAKES):
        print(f"not seen: {missed}\n{said}")
        return len(MISTAKES) - len(missed), max(len(missed), 1)
    return len(MISTAKES), 0


def refused(closure, folder, known, out):
    """What the compiler says of sources that it refuses; nothing where it takes them."""
    done = subprocess.run(build.compiler(closure, [folder], known, out / "of-planted"), check=False, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""
