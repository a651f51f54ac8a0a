#!/usr/bin/env python3
"""Hands make-xcframework.py libraries that are what they are named for, and others, and looks at what it makes of them."""

import importlib.util
import plistlib
import struct
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("make_xcframework", HERE / "make-xcframework.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)


def macho(platform, cpu=0x0100000C):
    """An object file with one command: for which platform it was made."""
    header = struct.pack("<8I", 0xFEEDFACF, cpu, 0, 1, 1, 24, 0, 0)
    return header + struct.pack("<6I", 0x32, 24, platform, 17 << 16, 17 << 16, 0)


def archive(*bodies):
    """As BSD's ar writes it, with names of more than fifteen letters before the bytes."""
    out = b"!<arch>\n"
    for number, body in enumerate([b"symbols", *bodies]):
        name = b"__.SYMDEF" if number == 0 else b"trien_core-of-a-long-name-%d.o" % number
        name += b"\0" * (-len(name) % 4)
        body = name + body
        out += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (b"#1/%d" % len(name), 0, 0, 0, 0o644, len(body)) + body + b"\n" * (len(body) % 2)
    return out


def refused(libraries, header, out):
    try:
        make.pack(libraries, header, out)
    except make.NotTheCore:
        return not out.exists()
    return False


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)

        def file(name, content):
            (root / name).write_bytes(content)
            return root / name

        header = file("TrienCoreFFI.h", b"void ffi_trien_ffi_rustbuffer_free(void);\n")
        phone, simulator = file("phone.a", archive(macho(2), macho(2))), file("sim.a", archive(macho(7)))
        out = root / "TrienCoreFFI.xcframework"
        both = {"phone": phone, "simulator": simulator}
        proofs = {
            "a library of the simulator is none for phones": refused({"phone": simulator}, header, out),
            "a library of a Mac is none for phones": refused({"phone": file("mac.a", archive(macho(1)))}, header, out),
            "one object of another platform is found": refused({"phone": file("mixed.a", archive(macho(2), macho(7)))}, header, out),
            "an object of another processor is found": refused({"phone": file("x86.a", archive(macho(2, 0x01000007)))}, header, out),
            "an object of Linux is found": refused({"phone": file("elf.a", archive(b"\x7fELF" + b"\0" * 60))}, header, out),
            "a cut object is found": refused({"phone": file("cut.a", archive(macho(2)[:36]))}, header, out),
            "an archive without objects is none": refused({"phone": file("empty.a", b"!<arch>\n")}, header, out),
            "what is no archive is none": refused({"phone": header}, header, out),
            "another header is none of the bindings": refused(both, file("other.h", b"int main(void);\n"), out),
        }
        counts = make.pack(both, header, out)
        proofs["objects are counted without the table of symbols"] = counts == {"phone": 2, "simulator": 1}
        info = plistlib.loads((out / "Info.plist").read_bytes())
        libraries = {entry["LibraryIdentifier"]: entry for entry in info["AvailableLibraries"]}
        proofs["both slices are named"] = set(libraries) == {"ios-arm64", "ios-arm64-simulator"}
        proofs["the simulator's is called its own"] = libraries["ios-arm64-simulator"].get("SupportedPlatformVariant") == "simulator"
        proofs["the phone's is called no variant"] = "SupportedPlatformVariant" not in libraries["ios-arm64"]
        for identifier, entry in libraries.items():
            module = out / identifier / entry["HeadersPath"] / "TrienCoreFFI"
            there = [out / identifier / entry["LibraryPath"], module / "TrienCoreFFI.h", module / "module.modulemap"]
            proofs[f"{identifier} has all that it names"] = all(path.is_file() for path in there)
        proofs["it is made anew over itself"] = make.pack({"phone": phone}, header, out) == {"phone": 2} and len(list(out.iterdir())) == 2
    for name, holds in proofs.items():
        if not holds:
            print(f"failed: {name}")
    failed = list(proofs.values()).count(False)
    print(f"{len(proofs) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
