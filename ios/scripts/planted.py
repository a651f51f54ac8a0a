#!/usr/bin/env python3
"""Shows that the type-check of the app's views, and of what iOS does for them, sees mistakes: plants them into a copy of the sources.

    ios/scripts/planted.py      after ios/scripts/typecheck.sh, whose modules it uses, and where Swift is

Fails unless each is refused, in the file where it was planted and for its own reason, and no file without one is. That the sources as they
are are not refused is what typecheck.sh has shown."""

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
    alone: bool = False


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
        "Task { given.end(success: await work()) }", "Task { task.setTaskCompleted(success: await work()) }", r"risks causing data races", part="device", alone=True,
    ),
]


def check(part, folder):
    run = subprocess.run([IOS / "scripts" / "typecheck.sh", part, folder], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def plant(mistakes, folder):
    """Plants them into a copy of their part; gives those whose place is gone."""
    shutil.copytree(SOURCES[mistakes[0].part], folder)
    gone = []
    for mistake in mistakes:
        file = folder / mistake.file
        text = file.read_text(encoding="utf-8")
        if mistake.right in text:
            file.write_text(text.replace(mistake.right, mistake.wrong, 1), encoding="utf-8")
        else:
            gone.append(mistake)
    return gone


def faults(mistakes, scratch):
    """Why each of these mistakes, which one compilation can show, was not caught as it should be; nothing if it was."""
    folder = scratch / str(len(list(scratch.iterdir())))
    gone = plant(mistakes, folder)
    code, said = check(mistakes[0].part, folder)
    # Its file, and what the compiler says of it.
    errors = re.findall(r"([^/\s]+\.swift):\d+:\d+: error: (.*)", said)
    strays = [error for error in errors if error[0] not in {mistake.file for mistake in mistakes}]
    for mistake in mistakes:
        if mistake in gone:
            why = "the place to plant it is gone"
        elif code == 0:
            why = "not refused"
        elif strays or not any(file == mistake.file and re.search(mistake.refusal, error) for file, error in errors):
            why = f"refused for another reason:\n{said}"
        else:
            why = None
        yield mistake, why


def main():
    # The compiler looks at types first, at all of them; at what crosses isolation only where those agree.
    together = [[mistake for mistake in MISTAKES if mistake.part == part and not mistake.alone] for part in SOURCES]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for mistakes in [*together, *([mistake] for mistake in MISTAKES if mistake.alone)]:
            for mistake, why in faults(mistakes, Path(scratch)):
                print(f"{'FAILED' if why else 'ok'}: {mistake.what}" + (f": {why}" if why else ""))
                failed += why is not None
    print(f"{len(MISTAKES) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
