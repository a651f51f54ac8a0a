#!/usr/bin/env python3
"""Packs the core for Xcode: one static library for phones, one for the simulator, and the header of their bindings.

    ios/scripts/make-xcframework.py --phone LIB.a [--simulator LIB.a] [--header TrienCoreFFI.h] [--out FOLDER]

The header is the one that generate.sh has written, unless another is named. On a Mac `xcodebuild -create-xcframework` does the same; this is
for machines without it. Each library is looked into first: Mach-O for arm64 and for the platform that it is named for, and no other. No Xcode
has read what comes of it.
"""

import argparse
import plistlib
import shutil
import struct
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "TrienCoreFFI"
# Xcode finds a module by its map; in a folder of its own it gets in no other library's way.
MODULE_MAP = f"""module {NAME} {{
    header "{NAME}.h"
    export *
}}
"""
# loader.h of Apple's cctools.
MAGIC, ARM64 = 0xFEEDFACF, 0x0100000C
VERSION_MIN_IPHONEOS, BUILD_VERSION = 0x25, 0x32
PLATFORMS = {2: "phone", 7: "simulator"}
SLICES = {"phone": ("ios-arm64", None), "simulator": ("ios-arm64-simulator", "simulator")}


class NotTheCore(Exception):
    """A library is not what it is named for."""


def members(path):
    """The names and the bytes of an archive's members (ar, with the long names of BSD or of GNU)."""
    data = path.read_bytes()
    if data[:8] != b"!<arch>\n":
        raise NotTheCore(f"{path} is no archive")
    at, names = 8, b""
    while at + 60 <= len(data):
        name, size = data[at : at + 16].rstrip(), int(data[at + 48 : at + 58])
        body = data[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
        if name.startswith(b"#1/"):
            length = int(name[3:])
            name, body = body[:length].rstrip(b"\0"), body[length:]
        elif name == b"//":
            names = body
            continue
        elif name[:1] == b"/" and name[1:].isdigit():
            name = names[int(name[1:]) :].split(b"/\n")[0]
        if name not in (b"/", b"/SYM64/") and not name.startswith(b"__.SYMDEF"):
            yield name.decode("utf-8", "replace"), body


def platform(body):
    """What a Mach-O file is for; none where it does not say."""
    commands, at = struct.unpack_from("<I", body, 16)[0], 32
    for _ in range(commands):
        command, size = struct.unpack_from("<II", body, at)
        if command == BUILD_VERSION:
            return PLATFORMS.get(struct.unpack_from("<I", body, at + 8)[0], "another")
        if command == VERSION_MIN_IPHONEOS:
            return "phone"
        at += size
    return None


def look(path, wanted):
    """Counts the members, after all of them were found to be for `wanted`."""
    found = Counter()
    for name, body in members(path):
        # Rust puts a file of its own beside the code.
        if name == "lib.rmeta":
            continue
        try:
            magic, cpu = struct.unpack_from("<II", body)
            if (magic, cpu) != (MAGIC, ARM64):
                raise NotTheCore(f"{path}: {name} is not Mach-O for arm64")
            found[platform(body) or wanted] += 1
        except struct.error as error:
            raise NotTheCore(f"{path}: {name} is cut off") from error
    if set(found) != {wanted}:
        raise NotTheCore(f"{path} is for {', '.join(found) or 'nothing'}, not for the {wanted}")
    return found[wanted]


def pack(libraries, header, out):
    """Writes the framework's folder anew."""
    if not header.is_file() or "ffi_trien_ffi" not in header.read_text(encoding="utf-8"):
        raise NotTheCore(f"{header} is not the header of the bindings")
    counts = {kind: look(path, kind) for kind, path in libraries.items()}
    if out.exists():
        if out.suffix != ".xcframework":
            raise NotTheCore(f"{out} is in the way")
        shutil.rmtree(out)
    slices = []
    for kind, path in libraries.items():
        identifier, variant = SLICES[kind]
        headers = out / identifier / "Headers" / NAME
        headers.mkdir(parents=True)
        shutil.copy(path, out / identifier / f"lib{NAME}.a")
        shutil.copy(header, headers / f"{NAME}.h")
        (headers / "module.modulemap").write_text(MODULE_MAP, encoding="utf-8")
        entry = {
            "BinaryPath": f"lib{NAME}.a",
            "HeadersPath": "Headers",
            "LibraryIdentifier": identifier,
            "LibraryPath": f"lib{NAME}.a",
            "SupportedArchitectures": ["arm64"],
            "SupportedPlatform": "ios",
        }
        slices.append(entry | ({"SupportedPlatformVariant": variant} if variant else {}))
    info = {"AvailableLibraries": slices, "CFBundlePackageType": "XFWK", "XCFrameworkFormatVersion": "1.0"}
    (out / "Info.plist").write_bytes(plistlib.dumps(info))
    return counts


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--phone", type=Path, required=True)
    arguments.add_argument("--simulator", type=Path)
    arguments.add_argument("--header", type=Path, default=ROOT / f"ios/TrienKit/Linux/{NAME}/{NAME}.h")
    arguments.add_argument("--out", type=Path, default=ROOT / f"ios/TrienKit/build/{NAME}.xcframework")
    given = arguments.parse_args()
    libraries = {"phone": given.phone} | ({"simulator": given.simulator} if given.simulator else {})
    try:
        counts = pack(libraries, given.header, given.out)
    except (NotTheCore, OSError) as error:
        sys.exit(str(error))
    for kind, count in counts.items():
        print(f"{given.out / SLICES[kind][0]}: {count} objects, {libraries[kind].stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
