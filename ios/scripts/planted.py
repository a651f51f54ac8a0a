#!/usr/bin/env python3
"""Shows that the type-check of the app's views, and of what iOS does for them, sees mistakes: plants them one at a time into a copy of the sources.

    ios/scripts/planted.py      after ios/scripts/typecheck.sh, whose modules it uses, and where Swift is

Fails unless each is refused, in the file where it was planted and for its own reason, and the sources without them are not."""

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

IOS = Path(__file__).resolve().parent.parent
SOURCES = {"app": IOS / "App/Sources", "device": IOS / "TrienKit/Sources/TrienDevice"}


@dataclass
class Mistake:
    what: str
    file: str
    right: str
    wrong: str
    refusal: str
    part: str = "app"


MISTAKES = [
    Mistake(
        "a method that the kit does not have", "AppScreen.swift",
        "companion.stepBack()", "companion.goBack()", r"value of type 'Companion' has no member 'goBack'",
    ),
    Mistake(
        "nothing waits for what takes its time", "TrienApp.swift",
        "Task { await services.returned() }", "Task { services.returned() }", r"is 'async' but is not marked with 'await'",
    ),
    Mistake(
        "a text in place of a binding", "EnrollmentScreen.swift",
        "text: binding(slip.code) { on(.code(text: $0)) })", "text: slip.code)", r"cannot convert value of type 'String' to expected argument type 'Binding<String>'",
    ),
    Mistake(
        "a state that nobody looks at", "RefuseScreen.swift",
        "case .writing, .leaving, .sending, .failed: false", "case .writing, .sending, .failed: false", r"switch must be exhaustive",
    ),
    Mistake(
        "words that were not looked up", "Parts.swift",
        "Said(texts.of(failure.what))", "Said(failure.what)", r"cannot convert value of type 'Words' to expected argument type 'String'",
    ),
    Mistake(
        "a key's guard that is not told to the chip", "SecureEnclaveKeys.swift",
        "        case .biometryCurrentSet: .biometryCurrentSet\n", "", r"switch must be exhaustive", part="device",
    ),
    Mistake(
        "a task of the system's on two threads", "BackgroundSync.swift",
        "Task { given.end(success: await work()) }", "Task { task.setTaskCompleted(success: await work()) }", r"risks causing data races", part="device",
    ),
]


def check(part, folder):
    run = subprocess.run([IOS / "scripts" / "typecheck.sh", part, folder], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def fault(mistake, scratch):
    """Why the mistake was not caught as it should be; nothing if it was."""
    folder = scratch / "planted"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCES[mistake.part], folder)
    file = folder / mistake.file
    text = file.read_text(encoding="utf-8")
    if mistake.right not in text:
        return "the place to plant it is gone"
    file.write_text(text.replace(mistake.right, mistake.wrong, 1), encoding="utf-8")
    code, said = check(mistake.part, folder)
    if code == 0:
        return "not refused"
    if not re.search(rf"{re.escape(mistake.file)}:\d+:\d+: error: .*{mistake.refusal}", said):
        return f"refused for another reason:\n{said}"
    return None


def main():
    for part, folder in SOURCES.items():
        code, said = check(part, folder)
        if code != 0:
            sys.exit(f"the sources themselves are refused:\n{said}")
    faults = 0
    with tempfile.TemporaryDirectory() as scratch:
        for mistake in MISTAKES:
            why = fault(mistake, Path(scratch))
            print(f"{'FAILED' if why else 'ok'}: {mistake.what}" + (f": {why}" if why else ""))
            faults += why is not None
    print(f"{len(MISTAKES) - faults} passed, {faults} failed")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
