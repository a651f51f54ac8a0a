#!/usr/bin/env python3
"""Holds the states that the iOS previews show together with those that Android's pictures and tests show: the same names, screen by screen,
in the same order.

    ios/scripts/samples.py

Whoever adds a state to a screen adds it here and there."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ANDROID = ROOT / "android/app/src/debug/kotlin/vn/trien/samples"
IOS = ROOT / "ios/App/Sources/Previews"

# Only Apple's system lets a person forbid an app the sensor.
ONLY_IOS = {"enrollment": ["check-not-allowed"]}


def lists(folder, suffix, begins, names):
    """The names of the states of each screen. A list ends with the line that closes it."""
    found = {}
    for file in sorted(folder.glob(f"*{suffix}")):
        for begin, screen, body in re.findall(begins, file.read_text(encoding="utf-8"), re.S | re.M):
            found[screen.replace("_", "").lower()] = re.findall(names, body, re.M)
    return found


def main():
    android = lists(ANDROID, ".kt", r"^(val ([A-Z_]+): List<Pair<String, [\w?]+>> = listOf\()(.*?)^\)", r'(?:^    |(?<=[A-Z], ))"([a-z-]+)" to ')
    ios = lists(IOS, ".swift", r"^( *let (\w+)States: \[Named<[\w?]+>\] = \[)(.*?)^    \]", r'^        (?:Named|practice)\(\s*"([a-z-]+)"')
    if not android or not ios:
        sys.exit("samples.py: no list of states was found")
    for screen, names in ONLY_IOS.items():
        for name in names:
            ios[screen].remove(name)
    faults = [
        f"{screen}: Android has {android.get(screen)}, iOS has {ios.get(screen)}"
        for screen in sorted(android.keys() | ios.keys())
        if android.get(screen) != ios.get(screen)
    ]
    drawn = (IOS / "Samples.swift").read_text(encoding="utf-8")
    shown = (IOS / "Previews.swift").read_text(encoding="utf-8")
    for name in re.findall(r"static let (\w+) = ", drawn):
        if f"shown(Samples.{name})" not in shown:
            faults.append(f"{name}: drawn by no preview")
    for screen in ios:
        if f"drawn({screen}states)" not in drawn.lower():
            faults.append(f"{screen}: its states are not drawn")
    print("\n".join(faults) or f"samples: {sum(map(len, ios.values()))} states of {len(ios)} screens, the same on Android")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
