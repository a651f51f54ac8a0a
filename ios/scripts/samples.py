#!/usr/bin/env python3
"""Holds the states that the iOS previews show together with those that Android's pictures and tests show: the same names, screen by screen,
in the same order. And sees that each of them is drawn by a preview, and that a test brings a presenter into it, of Swift and of Kotlin.

    ios/scripts/samples.py           the lists, the previews, and the tests as they are written
    ios/scripts/samples.py LOG       that each of these tests was run, and passed: LOG is what `swift test` has said

Whoever adds a state to a screen adds it here and there, and a test of its name: `disk-full` of `signStates` is `SignStatesTest.testDiskFull`,
which compares what the presenter came to with the sample (ios/TrienKit/Tests/TrienKitTests/States). In Kotlin a test goes through a whole
list (android/app/src/test/kotlin/vn/trien/states), and fails itself where a sample has no way to it."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ANDROID = ROOT / "android/app/src/debug/kotlin/vn/trien/samples"
IOS = ROOT / "ios/TrienKit/Sources/TrienScreens/Samples"
PREVIEWS = ROOT / "ios/App/Sources/Previews"
TESTS = ROOT / "ios/TrienKit/Tests/TrienKitTests/States"
ANDROID_TESTS = ROOT / "android/app/src/test/kotlin/vn/trien/states"

# The window of Android's camera follows the system by itself, without a presenter.
NOT_PRESENTED = {"scan"}
# Only Apple's system lets a person forbid an app the sensor.
ONLY_IOS = {"enrollment": ["check-not-allowed"]}


def lists(folder, suffix, begins, names):
    """The names of the states of each screen. A list ends with the line that closes it."""
    found = {}
    for file in sorted(folder.glob(f"*{suffix}")):
        for begin, screen, body in re.findall(begins, file.read_text(encoding="utf-8"), re.S | re.M):
            found[screen.replace("_", "")] = re.findall(names, body, re.M)
    return found


def android():
    return lists(ANDROID, ".kt", r"^(val ([A-Z_]+): List<Pair<String, [\w?]+>> = listOf\()(.*?)^\)", r'(?:^    |(?<=[A-Z], ))"([a-z-]+)" to ')


def ios():
    return lists(IOS, ".swift", r"^( *public let (\w+)States: \[Named<[\w?]+>\] = \[)(.*?)^    \]", r'^        (?:Named|practice)\(\s*"([a-z-]+)"')


def test(screen, name):
    """The one that brings a presenter into a state."""
    return f"{screen[0].upper()}{screen[1:]}StatesTest", "test" + "".join(part.capitalize() for part in name.split("-"))


def wanted():
    return {test(screen, name) for screen, names in ios().items() for name in names}


def written():
    """The tests, as class and method. Each compares what it came to with the sample of its name."""
    found = set()
    for file in sorted(TESTS.glob("*.swift")):
        for name, body in re.findall(r"^final class (\w+): States \{$(.*?)^\}", file.read_text(encoding="utf-8"), re.S | re.M):
            found |= {(name, method) for method in re.findall(r"^    func (test\w+)\(\)", body, re.M)}
    return found


def of_lists():
    here, there = ios(), {name.lower(): names for name, names in android().items()}
    if not here or not there:
        sys.exit("samples.py: no list of states was found")
    alike = {screen.lower(): [name for name in names if name not in ONLY_IOS.get(screen, [])] for screen, names in here.items()}
    for screen in sorted(alike.keys() | there.keys()):
        if alike.get(screen) != there.get(screen):
            yield f"{screen}: Android has {there.get(screen)}, iOS has {alike.get(screen)}"
    drawn = (PREVIEWS / "Samples.swift").read_text(encoding="utf-8")
    shown = (PREVIEWS / "Previews.swift").read_text(encoding="utf-8")
    for name in re.findall(r"static let (\w+) = ", drawn):
        if f"shown(Samples.{name})" not in shown:
            yield f"{name}: drawn by no preview"
    for screen in here:
        if f"drawn({screen}States)" not in drawn:
            yield f"{screen}: its states are not drawn"


def of_tests():
    needed, there = wanted(), written()
    yield from (f"{name}.{method}: no such test" for name, method in sorted(needed - there))
    yield from (f"{name}.{method}: a test of no state" for name, method in sorted(there - needed))


def of_android_tests():
    tests = "".join(file.read_text(encoding="utf-8") for file in ANDROID_TESTS.glob("*.kt"))
    compared = {name.replace("_", "").lower() for name in re.findall(r"\) = reached\(\s*(?:[a-z]+\.)*([A-Z_]+),", tests)}
    lists = {name.lower() for name in android()} - NOT_PRESENTED
    return (f"{name}: compared with no presenter of Kotlin" for name in sorted(lists ^ compared))


def of_log(log):
    passed = set(re.findall(r"Test Case '(\w+)\.(test\w+)' passed", log))
    return (f"{name}.{method}: was not run, or did not pass" for name, method in sorted(wanted() - passed))


def main():
    faults = [*of_lists(), *of_tests(), *of_android_tests()] if len(sys.argv) == 1 else list(of_log(Path(sys.argv[1]).read_text(encoding="utf-8")))
    states = ios()
    proven = f"{sum(map(len, states.values()))} states of {len(states)} screens, the same on Android" if len(sys.argv) == 1 else "passed"
    print("\n".join(faults) or f"samples: {proven}; {len(wanted())} of them reached by a test each")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
