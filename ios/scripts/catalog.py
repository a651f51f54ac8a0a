#!/usr/bin/env python3
"""Writes the String Catalogs: the few texts that iOS reads by itself, and those of the extensions. They come from core/locales, as all
others do, which the app's own code has in GeneratedTexts.swift.

    ios/scripts/catalog.py            writes them
    ios/scripts/catalog.py --check    says whether they are as they would be written
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LOCALES = ROOT / "core" / "locales"
LANGUAGES = ("vi", "en")
# What the system asks for by a name of its own, or the server by one of its protocol: each is the text of this key.
CATALOGS = {
    "ios/App/InfoPlist.xcstrings": {
        "CFBundleDisplayName": "ios-name",
        "NSCameraUsageDescription": "ios-camera",
        "NSFaceIDUsageDescription": "ios-face",
        "NSLocalNetworkUsageDescription": "ios-network",
        "PDF": "ios-pdf",
    },
    "ios/App/Localizable.xcstrings": {
        "push-sync": "app-notice-title",
        "app-notice-title": "app-notice-title",
        "app-notice-text": "app-notice-text",
    },
    "ios/App/ShareExtension/Localizable.xcstrings": {
        "ios-handed": "ios-handed",
        "ios-handed-failed": "ios-handed-failed",
        "ios-handed-close": "ios-handed-close",
    },
    "ios/App/NotificationService/InfoPlist.xcstrings": {"CFBundleDisplayName": "ios-name"},
    "ios/App/ShareExtension/InfoPlist.xcstrings": {"CFBundleDisplayName": "ios-name"},
}


def texts(language):
    """The texts of one line, without arguments: no others are used here."""
    found = {}
    for name in ("app.ftl", "ios.ftl"):
        for line in (LOCALES / language / name).read_text(encoding="utf-8").splitlines():
            if entry := re.fullmatch(r"([a-z][a-z0-9-]*) = ([^{}]+)", line):
                found[entry[1]] = entry[2]
    return found


def catalog(entries, known):
    strings = {
        name: {
            "extractionState": "manual",
            "localizations": {
                language: {"stringUnit": {"state": "translated", "value": known[language][key]}} for language in sorted(LANGUAGES)
            },
        }
        for name, key in sorted(entries.items())
    }
    whole = {"sourceLanguage": "vi", "strings": strings, "version": "1.0"}
    # As Xcode writes it, so that it changes nothing when it opens one.
    return json.dumps(whole, ensure_ascii=False, indent=2, separators=(",", " : ")) + "\n"


def differing():
    """The catalogs that are not as they would be written, with what they should be."""
    known = {language: texts(language) for language in LANGUAGES}
    wanted = {ROOT / path: catalog(entries, known) for path, entries in CATALOGS.items()}
    return {path: text for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text}


def main():
    found = differing()
    for path, text in found.items():
        print(path.relative_to(ROOT))
        if sys.argv[1:] != ["--check"]:
            path.write_text(text, encoding="utf-8")
    if sys.argv[1:] == ["--check"] and found:
        sys.exit("run ios/scripts/catalog.py")


if __name__ == "__main__":
    main()
