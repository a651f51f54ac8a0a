#!/usr/bin/env python3
"""Plants mistakes into a copy of the project, one at a time, and says whether check-project.py finds each."""

import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What check-project.py reads.
READ = [
    "Cargo.toml", "core/locales", "server/src/push/apns.rs", "ios/App", "ios/Config/Trien.xcconfig", "ios/project.yml",
    "ios/TrienKit/Package.swift", "ios/TrienKit/Sources",
]
# What is written where, in place of what, and what is to be said of it.
MISTAKES = [
    ("ios/project.yml", "path: App/Sources", "path: App/Source", "no App/Source"),
    ("ios/project.yml", "      - target: ShareExtension\n", "", "ShareExtension is not put into the app"),
    ("ios/project.yml", "product: TrienDevice", "product: TrienKit", "NSFaceIDUsageDescription is declared, and nothing"),
    ("ios/project.yml", "$(TRIEN_TEAM_ID)", "$(TRIEN_TEAM)", "$(TRIEN_TEAM) is defined nowhere"),
    ("ios/project.yml", '"17.0"', '"16.0"', "not for iOS 16"),
    ("ios/Config/Trien.xcconfig", "MARKETING_VERSION = 0", "MARKETING_VERSION = 7", "Cargo.toml has another"),
    ("ios/App/Info.plist", "NSCameraUsageDescription", "NSCamera", "NSCameraUsageDescription is not declared"),
    ("ios/App/Info.plist", "NSFaceIDUsageDescription", "NSFaceID", "NSFaceIDUsageDescription is not declared"),
    ("ios/App/Info.plist", "<string>remote-notification</string>", "", "the background mode remote-notification"),
    ("ios/App/Info.plist", "<string>fetch</string>", "<string>fetch</string><string>audio</string>", "the background mode audio is declared"),
    ("ios/App/Info.plist", "IDENTIFIER).sync", "IDENTIFIER).other", "the code asks for the tasks"),
    ("ios/App/Info.plist", "<string>trien</string>", "<string>other</string>", "the scheme other:"),
    ("ios/App/Info.plist", "Không ảnh nào được lưu.", "", "NSCameraUsageDescription is not the Vietnamese text"),
    ("ios/App/Info.plist", "$(MARKETING_VERSION)", "1.0", "not the project's"),
    ("ios/App/Info.plist", "</dict>\n</plist>", "</plist>", "App/Info.plist:"),
    ("ios/App/Trien.entitlements", "aps-environment", "aps", "aps-environment is not declared"),
    ("ios/App/Trien.entitlements", "<dict>", "<dict><key>com.apple.developer.nfc</key><true/>", "nfc is declared, and nothing"),
    ("ios/App/ShareExtension/ShareExtension.entitlements", "application-groups", "groups", "application-groups is not declared"),
    ("ios/App/ShareExtension/Info.plist", ".ShareViewController", ".Share", "principal class 'Share'"),
    ("ios/App/PrivacyInfo.xcprivacy", "<string>35F9.1</string>", "", "SystemBootTime is used without a reason"),
    ("ios/App/NotificationService/PrivacyInfo.xcprivacy", "UserDefaults", "DiskSpace", "DiskSpace is used without a reason, or"),
    ("ios/App/Localizable.xcstrings", "Có văn bản", "Có giấy tờ", "Localizable.xcstrings is not what catalog.py writes"),
    ("ios/App/NotificationService/NotificationService.swift", "app-notice-text", "app-notice-tale", "no catalog of it has app-notice-tale"),
    ("ios/TrienKit/Sources/TrienDevice/Scanner.swift", "#if canImport(AVFoundation) &&", "#if os(iOS) &&", "#if os("),
    ("server/src/push/apns.rs", "push-sync", "push-look", "another text than push-sync"),
]


def loaded():
    spec = importlib.util.spec_from_file_location("check_project", HERE / "check-project.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copied(to):
    for name in READ:
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, dirs_exist_ok=True)
        else:
            shutil.copy2(ROOT / name, target)


def main():
    checker, wrong = loaded(), []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        copied(root)
        if sound := checker.faults(root):
            sys.exit("\n".join(["the copy itself is not sound:", *sound]))
        for path, old, new, said in MISTAKES:
            file = root / path
            before = file.read_text(encoding="utf-8")
            if old not in before:
                wrong.append(f"{path}: {old!r} is not there to be replaced")
                continue
            file.write_text(before.replace(old, new), encoding="utf-8")
            found = checker.faults(root)
            file.write_text(before, encoding="utf-8")
            if not any(said in fault for fault in found):
                wrong.append(f"{path}: {new!r} in place of {old!r} was not found; said was {found}")
        stray = root / "ios/App/Forgotten.swift"
        stray.touch()
        if not any("Forgotten.swift belongs to no target" in fault for fault in checker.faults(root)):
            wrong.append("a source that no target names was not found")
    for text in wrong:
        print(text)
    count = len(MISTAKES) + 1
    print(f"{count - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
