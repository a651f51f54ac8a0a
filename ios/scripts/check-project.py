#!/usr/bin/env python3
"""Reads what only Xcode would read, and says what does not fit together: project.yml, the configuration, property lists, entitlements,
privacy manifests, catalogs, and the code that needs them.

    ios/scripts/check-project.py [FOLDER]      FOLDER is the repository; this one unless named

Shows that every path is there and every source belongs to a program, that what the code uses of the system is declared and what is declared
is used, and that versions are one. It does not show that XcodeGen or Xcode take any of it: neither runs here.
"""

import plistlib
import re
import struct
import sys
import tomllib
from pathlib import Path
from xml.parsers.expat import ExpatError

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))
import catalog  # noqa: E402

APP = "Trien"
# A call, and what it takes: the key of Info.plist, or the entitlement, without which the system refuses or ends the program.
NEEDS = [
    (r"\bAVCaptureDevice\b", "plist", "NSCameraUsageDescription"),
    (r"\bbiometryCurrentSet\b|\bLAContext\(", "plist", "NSFaceIDUsageDescription"),
    (r"\bBGTaskScheduler\b", "plist", "BGTaskSchedulerPermittedIdentifiers"),
    (r"\bregisterForRemoteNotifications\b", "entitlement", "aps-environment"),
    (r"\bDCAppAttestService\b", "entitlement", "com.apple.developer.devicecheck.appattest-environment"),
    (r"forSecurityApplicationGroupIdentifier|suiteName", "entitlement", "com.apple.security.application-groups"),
    (r"forSecurityApplicationGroupIdentifier|suiteName", "plist", "TrienAppGroup"),
    (r"\bonOpenURL\b", "plist", "CFBundleURLTypes"),
    (r"\bonOpenURL\b", "entitlement", "com.apple.developer.associated-domains"),
]
MODES = [(r"\bBGAppRefreshTaskRequest\b", "fetch"), (r"\bdidReceiveRemoteNotification\b", "remote-notification")]
# Of what Apple wants a reason for, what we use.
REASONED = {
    "NSPrivacyAccessedAPICategoryUserDefaults": r"\bUserDefaults\b",
    "NSPrivacyAccessedAPICategoryFileTimestamp": r"\bcontentModificationDate",
    "NSPrivacyAccessedAPICategorySystemBootTime": r"\bContinuousClock\b|\bsystemUptime\b",
    "NSPrivacyAccessedAPICategoryDiskSpace": r"\bvolumeAvailableCapacity|\bsystemFreeSize\b",
    "NSPrivacyAccessedAPICategoryActiveKeyboards": r"\bactiveInputModes\b",
}


class Project:
    """The repository's iOS part, read once."""

    def __init__(self, root):
        self.root, self.ios, self.faults = root, root / "ios", []
        self.spec = yaml.safe_load((self.ios / "project.yml").read_text(encoding="utf-8"))
        self.config = configuration(self.ios / "Config" / "Trien.xcconfig")
        self.package = (self.ios / "TrienKit" / "Package.swift").read_text(encoding="utf-8")

    def fault(self, text):
        self.faults.append(text)

    def plist(self, path):
        try:
            return plistlib.loads((self.ios / path).read_bytes())
        except (OSError, ExpatError, plistlib.InvalidFileException, ValueError) as error:
            self.fault(f"{path}: {error}")
            return {}

    def files(self, target):
        """The files of a target: each source's, without what is left out."""
        for source in self.spec["targets"][target]["sources"]:
            path = self.ios / source["path"]
            left_out = {path / name for name in source.get("excludes", [])}
            found = sorted(path.rglob("*")) if path.is_dir() else [path]
            yield from (file for file in found if file.is_file() and file not in left_out)

    def code(self, target):
        """The Swift code of a target and of the package's products that it links, without comments."""
        files = [file for file in self.files(target) if file.suffix == ".swift"]
        for product in self.products(target):
            for name in modules(product):
                files += sorted((self.ios / "TrienKit" / "Sources" / name).rglob("*.swift"))
        texts = (file.read_text(encoding="utf-8") for file in files if file.name not in ("TrienCore.swift", "GeneratedTexts.swift"))
        return "\n".join(re.sub(r"(?<!:)//.*", "", text) for text in texts)

    def products(self, target):
        return [entry["product"] for entry in self.spec["targets"][target].get("dependencies", []) if "product" in entry]

    def setting(self, target, name):
        return self.spec["targets"][target]["settings"]["base"].get(name, "")


def modules(product):
    needs = {
        "TrienKit": ["TrienKit"],
        "TrienScreens": ["TrienKit", "TrienScreens"],
        "TrienDevice": ["TrienDevice", "TrienGroup", "TrienKit"],
        "TrienGroup": ["TrienGroup"],
    }
    return needs[product]


def configuration(path):
    """The settings of an xcconfig."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(re.fullmatch(r"(\w+) *= *(.*)", line).groups() for line in lines if re.match(r"\w+ *=", line))


def check_paths(project):
    """Every path is there, and every file of the app belongs to exactly one program, but for texts that two share."""
    owners = {}
    for target, spec in project.spec["targets"].items():
        for source in spec["sources"]:
            if not (project.ios / source["path"]).exists():
                project.fault(f"{target}: no {source['path']}")
            for name in source.get("excludes", []):
                if not (project.ios / source["path"] / name).exists():
                    project.fault(f"{target}: {source['path']} has no {name} to leave out")
        for name in ("INFOPLIST_FILE", "CODE_SIGN_ENTITLEMENTS"):
            path = project.setting(target, name)
            if not path or not (project.ios / path).is_file():
                project.fault(f"{target}: {name} {path!r} is not there")
            owners.setdefault(project.ios / path, []).append(target)
        for file in project.files(target):
            owners.setdefault(file, []).append(target)
        for entry in spec.get("dependencies", []):
            if entry.get("target", target) not in project.spec["targets"]:
                project.fault(f"{target}: no target {entry['target']}")
    for file in sorted((project.ios / "App").rglob("*")):
        if file.is_file() and file not in owners:
            project.fault(f"{file.relative_to(project.ios)} belongs to no target")
        if file.suffix == ".swift" and len(owners.get(file, [])) > 1:
            project.fault(f"{file.relative_to(project.ios)} belongs to {owners[file]}")
    for path in project.spec["configFiles"].values():
        if not (project.ios / path).is_file():
            project.fault(f"configFiles: no {path}")


def check_package(project):
    """The products that are linked, the platform, and the place of the core's library are the package's."""
    for target in project.spec["targets"]:
        for product in project.products(target):
            if f'.library(name: "{product}"' not in project.package:
                project.fault(f"{target}: the package has no product {product}")
    oldest = project.spec["options"]["deploymentTarget"]["iOS"].removesuffix(".0")
    if f".iOS(.v{oldest})" not in project.package:
        project.fault(f"the package is not for iOS {oldest}, as the project is")
    if 'path: "build/TrienCoreFFI.xcframework"' not in project.package:
        project.fault("the package does not take the core from where make-xcframework.py puts it")
    for file in sorted((project.ios / "TrienKit" / "Sources").rglob("*.swift")):
        if re.search(r"^\s*#(?:else)?if .*\bos\(", file.read_text(encoding="utf-8"), re.MULTILINE):
            if file.name != "TrienCore.swift":
                project.fault(f"{file.relative_to(project.ios)}: #if os(…) is out of the type-check's reach; say canImport")


def check_variables(project):
    """Every variable is defined, and each program says it is the same version of the same app."""
    texts = {"project.yml": (project.ios / "project.yml").read_text(encoding="utf-8")}
    for target in project.spec["targets"]:
        for name in ("INFOPLIST_FILE", "CODE_SIGN_ENTITLEMENTS"):
            path = project.setting(target, name)
            texts[path] = (project.ios / path).read_text(encoding="utf-8") if (project.ios / path).is_file() else ""
        plist = project.plist(project.setting(target, "INFOPLIST_FILE"))
        version = (plist.get("CFBundleShortVersionString"), plist.get("CFBundleVersion"))
        if version != ("$(MARKETING_VERSION)", "$(CURRENT_PROJECT_VERSION)"):
            project.fault(f"{target}: its version is {version}, not the project's")
        if not project.setting(target, "PRODUCT_BUNDLE_IDENTIFIER").startswith("$(TRIEN_BUNDLE_ID)"):
            project.fault(f"{target}: its identifier does not begin with the app's")
    for path, text in texts.items():
        for name in sorted(set(re.findall(r"\$\((TRIEN_\w+)\)", text)) - set(project.config)):
            project.fault(f"{path}: $({name}) is defined nowhere")
    cargo = tomllib.loads((project.root / "Cargo.toml").read_text(encoding="utf-8"))
    if project.config.get("MARKETING_VERSION") != cargo["workspace"]["package"]["version"]:
        project.fault(f"MARKETING_VERSION is {project.config.get('MARKETING_VERSION')}, Cargo.toml has another")


def check_needs(project):
    """What the code uses of the system is declared by each program that runs it, and what is declared is used."""
    for target, spec in project.spec["targets"].items():
        plist = project.plist(project.setting(target, "INFOPLIST_FILE"))
        entitlements = project.plist(project.setting(target, "CODE_SIGN_ENTITLEMENTS"))
        declared = {"plist": plist, "entitlement": entitlements}
        code, needed = project.code(target), set()
        for call, kind, name in NEEDS:
            if re.search(call, code):
                needed.add(name)
                if not declared[kind].get(name):
                    project.fault(f"{target}: the code has {call}, and {name} is not declared")
        for call, mode in MODES:
            if bool(re.search(call, code)) != (mode in plist.get("UIBackgroundModes", [])):
                project.fault(f"{target}: the background mode {mode} is declared and not used, or used and not declared")
        for mode in sorted(set(plist.get("UIBackgroundModes", [])) - {mode for _, mode in MODES}):
            project.fault(f"{target}: the background mode {mode} is declared, and nothing in the code needs it")
        unused = set(entitlements) | {name for name in plist if name.endswith("UsageDescription")}
        # The office's server may be in the local network, which the core's own sockets reach.
        for name in sorted(unused - needed - {"NSLocalNetworkUsageDescription"}):
            project.fault(f"{target}: {name} is declared, and nothing in the code needs it")
        if spec["type"] == "app-extension":
            check_extension(project, target, plist)
    check_schemes(project)


def check_extension(project, target, plist):
    name = plist.get("NSExtension", {}).get("NSExtensionPrincipalClass", "").removeprefix("$(PRODUCT_MODULE_NAME).")
    if not name or not re.search(rf"\bclass {name}\b", project.code(target)):
        project.fault(f"{target}: its principal class {name!r} is not in its code")
    if {"target": target} not in project.spec["targets"][APP]["dependencies"]:
        project.fault(f"{target} is not put into the app")


def check_schemes(project):
    """The scheme is the one that the kit reads, and the task the one that the code asks for."""
    plist = project.plist(project.setting(APP, "INFOPLIST_FILE"))
    schemes = [scheme for entry in plist.get("CFBundleURLTypes", []) for scheme in entry.get("CFBundleURLSchemes", [])]
    code = project.code(APP)
    for scheme in schemes:
        if f'"{scheme}://"' not in code:
            project.fault(f"the scheme {scheme}: is declared, and the kit does not read it")
    suffixes = set(re.findall(r'bundleIdentifier \?\? ""\)(\.\w+)"', code))
    tasks = {task.removeprefix("$(PRODUCT_BUNDLE_IDENTIFIER)") for task in plist.get("BGTaskSchedulerPermittedIdentifiers", [])}
    if suffixes != tasks:
        project.fault(f"the code asks for the tasks {suffixes}, and {tasks} are permitted")


def check_privacy(project):
    """Each program gives Apple a reason for what it uses, and for nothing else."""
    for target in project.spec["targets"]:
        manifests = [file for file in project.files(target) if file.suffix == ".xcprivacy"]
        if len(manifests) != 1:
            project.fault(f"{target}: {len(manifests)} privacy manifests")
            continue
        manifest = project.plist(manifests[0].relative_to(project.ios))
        if manifest.get("NSPrivacyTracking") is not False or manifest.get("NSPrivacyTrackingDomains"):
            project.fault(f"{target}: nobody is tracked")
        entries = manifest.get("NSPrivacyAccessedAPITypes", [])
        given = {entry["NSPrivacyAccessedAPIType"] for entry in entries if entry.get("NSPrivacyAccessedAPITypeReasons")}
        code = project.code(target)
        used = {name for name, call in REASONED.items() if re.search(call, code)}
        for name in sorted(used ^ given):
            project.fault(f"{target}: {name} is used without a reason, or has a reason without a use")


def check_texts(project):
    """The catalogs are as core/locales has them, and whatever asks for a text finds it."""
    catalog.LOCALES, catalog.ROOT = project.root / "core" / "locales", project.root
    for path in catalog.differing():
        project.fault(f"{path.relative_to(project.root)} is not what catalog.py writes")
    known = catalog.texts("vi")
    for target in project.spec["targets"]:
        plist = project.plist(project.setting(target, "INFOPLIST_FILE"))
        named = {"CFBundleDisplayName", *(name for name in plist if name.endswith("UsageDescription"))}
        for name in sorted(named):
            key = catalog.CATALOGS["ios/App/InfoPlist.xcstrings"].get(name)
            if plist.get(name) != known.get(key):
                project.fault(f"{target}: {name} is not the Vietnamese text of {key}")
        files = [str(file.relative_to(project.root)) for file in project.files(target) if file.name == "Localizable.xcstrings"]
        there = {key for file in files for key in catalog.CATALOGS[file]}
        own = "\n".join(file.read_text(encoding="utf-8") for file in project.files(target) if file.suffix == ".swift")
        asked = set(re.findall(r'"((?:app|ios)-[a-z-]+)"', own)) if target != APP else {"push-sync"}
        for key in sorted(asked - there):
            project.fault(f"{target}: no catalog of it has {key}")
    if '"loc-key": "push-sync"' not in (project.root / "server/src/push/apns.rs").read_text(encoding="utf-8"):
        project.fault("the server names another text than push-sync in its pushes")


def check_icon(project):
    """One picture of 1024 pixels without transparency, as the App Store takes it."""
    path = project.ios / "App/Assets.xcassets/AppIcon.appiconset/AppIcon.png"
    try:
        head = path.read_bytes()[:26]
        width, height, _, colour = struct.unpack(">IIBB", head[16:26])
    except (OSError, struct.error):
        return project.fault(f"{path.relative_to(project.ios)} is no picture")
    if (head[:8], width, height, colour) != (b"\x89PNG\r\n\x1a\n", 1024, 1024, 2):
        project.fault(f"{path.relative_to(project.ios)}: {width} x {height}, colour type {colour}")


CHECKS = [check_paths, check_package, check_variables, check_needs, check_privacy, check_texts, check_icon]


def faults(root):
    project = Project(root)
    for check in CHECKS:
        check(project)
    return list(dict.fromkeys(project.faults))


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent.parent)
    found = faults(root)
    for fault in found:
        print(fault)
    print(f"{len(CHECKS)} checks of the project, {len(found)} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
