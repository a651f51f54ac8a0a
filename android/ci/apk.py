"""Packs what was compiled into a signed APK: Android's own steps, one after the other.

It is a debug build: with the samples, signed by a key made for the occasion. Its core is the one that tests/cross/run
linked, without the NDK; that is good for looking at, and not for phones.
"""

import re
import shutil
import sys
import zipfile

import build

CORE = build.OUT / "cross/libtrien_ffi.so"


def make_apk(closure, out):
    has_what_bindings_call()
    folder = out / "apk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    table = link(closure, folder)
    code = dex(closure, folder)
    unaligned, aligned, apk = (folder / name for name in ("unaligned.apk", "aligned.apk", "trien-link-check-not-for-phones.apk"))
    pack(closure, table, code, unaligned)
    build.run("zipalign", "-p", "4", unaligned, aligned)
    sign(aligned, apk, folder)
    build.run("zipalign", "-c", "-p", "4", apk)
    build.run("apksigner", "verify", "--min-sdk-version", build.MIN_SDK, apk)
    print(f"ok: {apk.relative_to(build.ROOT)}: {apk.stat().st_size // 1024} KiB, aligned and signed")
    with zipfile.ZipFile(apk) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("lib/"):
                print(f"    {entry.filename}: {entry.file_size // 1024} KiB")
    print("2 passed, 0 failed")


def has_what_bindings_call():
    """Whether the core has every function that Kotlin declares: one of an earlier day may lack some."""
    if not CORE.exists():
        sys.exit(f"{CORE.relative_to(build.ROOT)} is missing: tests/run cross makes it")
    bindings = "".join(file.read_text() for file in (build.OUT / "generated/bindings").rglob("*.kt"))
    called = set(re.findall(r"external fun (\w*ffi_\w+)\(", bindings))
    names = set(CORE.read_bytes().split(b"\0"))
    missing = sorted(name for name in called if name.encode() not in names)
    if missing or not called:
        sys.exit(f"{CORE.relative_to(build.ROOT)} lacks {', '.join(missing) or 'any binding'}: tests/run cross makes it anew")
    print(f"ok: the core for phones has all {len(called)} functions that the bindings call")


def link(closure, folder):
    """The table of resources, with the app's manifest as it is."""
    table = folder / "table.apk"
    zips = sorted((build.OUT / "resources").glob("*.zip"), key=lambda file: int(file.stem))
    build.run(
        "aapt2", "link", "-I", closure.files("framework")[0], "--manifest", build.manifest(folder, tests=False), "--auto-add-overlay",
        "--min-sdk-version", build.MIN_SDK, "--target-sdk-version", build.TARGET_SDK,
        "--version-code", "1", "--version-name", "0.1.0", "-o", table,
        *[word for file in zips for word in ("-R", file)], quiet="Unknown chunk type")
    return table


def dex(closure, folder):
    code = folder / "code"
    code.mkdir()
    ours = []
    for name in ("presenters", "app", "resources"):
        ours.append(folder / f"{name}.jar")
        pack_folder(build.OUT / "classes" / name, ours[-1])
    libraries = [jar for jar in closure.jars("app") if jar.suffix == ".jar"]
    jna = next(build.exploded(aar) / "classes.jar" for aar in closure.files("app") if "dev.jna" in aar.name)
    build.run(
        "java", "-Xmx3g", "-cp", closure.files("dexer")[0], "com.android.tools.r8.D8", "--release", "--min-api", build.MIN_SDK,
        "--lib", closure.files("framework")[0], "--output", code, *ours, *libraries, jna)
    return code


def pack_folder(folder, jar):
    with zipfile.ZipFile(jar, "w") as archive:
        for file in sorted(folder.rglob("*.class")):
            archive.write(file, file.relative_to(folder))


def pack(closure, table, code, apk):
    shutil.copy(table, apk)
    with zipfile.ZipFile(apk, "a", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(code.glob("*.dex")):
            archive.write(file, file.name)
        for folder in (build.SOURCES / "debug/resources", build.PACKED):
            for file in sorted(file for file in folder.rglob("*") if file.is_file()):
                archive.write(file, file.relative_to(folder))
        jna = next(aar for aar in closure.files("app") if "dev.jna" in aar.name)
        for library in (build.exploded(jna) / "jni/arm64-v8a/libjnidispatch.so", CORE):
            # Stored, so that the system can map it as it is.
            archive.write(library, f"lib/arm64-v8a/{library.name}", zipfile.ZIP_STORED)


def sign(aligned, apk, folder):
    keys = folder / "debug.jks"
    password = "pass:android"
    build.run(
        "keytool", "-genkeypair", "-keystore", keys, "-storepass", "android", "-keypass", "android", "-alias", "debug", "-dname", "CN=debug",
        "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "365", quiet="Warning")
    build.run("apksigner", "sign", "--ks", keys, "--ks-pass", password, "--ks-key-alias", "debug", "--out", apk, aligned)


