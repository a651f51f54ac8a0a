#!/usr/bin/env python3
"""Gathers whose work is in the app, with every licence in its own words, for the screen that shows them.

    mobile-ffi/licences.py android FILE
    mobile-ffi/licences.py ios FILE

The file is UTF-8 in blocks; a line that holds nothing but a form feed (U+000C) stands between two of them. The first block names the
components in the order in which they are shown, one a line, with tabs between its four parts:

    name <TAB> version, or nothing <TAB> SPDX expression <TAB> numbers of its texts with blanks between, one at least

Every other block is one text; the first of them has the number 1. What a component's row opens is its texts in that order with an empty
line between. Paragraphs of a text have an empty line between, and a line is broken only where its writer meant it: phones break lines anew.

Crates are those that cargo links into the core for phones; their texts lie in their own folders. A component without a licence ends this
with a failure that names it.
"""

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STANDARD = ROOT / "mobile-ffi" / "licences"
APACHE = ROOT / "LICENSE"
TARGETS = {
    "android": ["aarch64-linux-android", "armv7-linux-androideabi", "x86_64-linux-android"],
    "ios": ["aarch64-apple-ios", "aarch64-apple-ios-sim"],
}

# Each family of fonts in core/assets, which the core carries.
FONTS = {"tinos": ("Tinos", "stamp-font"), "arimo": ("Arimo", "fallback-fonts")}

# Android's libraries by their group; the texts in their archives are the same. JNA offers a choice, and this is ours.
GROUPS = {
    "androidx": "Apache-2.0",
    "com.google.guava": "Apache-2.0",
    "com.google.zxing": "Apache-2.0",
    "net.java.dev.jna": "Apache-2.0",
    "org.jetbrains": "Apache-2.0",
    "org.jspecify": "Apache-2.0",
}

# Crates that were published without the text that lies in their repository.
STANDARD_TEXTS = {"Apache-2.0": APACHE, "MPL-2.0": STANDARD / "MPL-2.0.txt"}

TEXT = re.compile(r"(un)?licen[sc]e|copying|copyright|notice", re.IGNORECASE)
SOURCE = {".rs", ".py", ".toml", ".html", ".sh", ".hbs", ".json"}
UNUSED = {"tests", "benches", "examples", "fuzz", "target"}
RULE = re.compile(r"[-=*_~#]{4,}")
# What is narrower than this is a title.
NARROW = 45
BEGINS = re.compile(r"[-*•=]|\(?\w{1,3}[.)] |Copyright|All rights reserved")


@dataclass
class Component:
    name: str
    version: str
    licence: str
    texts: list[str]


def main():
    self_test()
    if len(sys.argv) != 3 or sys.argv[1] not in TARGETS:
        sys.exit(__doc__)
    platform, out = sys.argv[1], Path(sys.argv[2])
    found = [*ours(), *fonts(), *crates(platform), *(libraries() if platform == "android" else [])]
    if faults := [f"licences.py: {fault}" for fault in faults_of(found)]:
        sys.exit("\n".join(faults))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(written(found), encoding="utf-8")


def ours():
    yield Component("Triện", "", "Apache-2.0", [read(APACHE)])


def fonts():
    assets = ROOT / "core" / "assets"
    for family in sorted({re.split("[-.]", file.name)[0] for file in assets.glob("*/*.ttf.z")}):
        name, folder = FONTS.get(family, (family, None))
        yield Component(name, "1.33", "OFL-1.1", [read(assets / folder / "OFL.txt")] if folder else [])


def libraries():
    """What android/ci/closure.txt puts into the app, and what JNA has within."""
    for line in (ROOT / "android/ci/closure.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("app "):
            group, name, version = line.split(" ")[1].split(":")[:3]
            yield library(group, name, version)
    yield Component("libffi", "", "MIT", [read(STANDARD / "libffi.txt")])


def library(group, name, version):
    licence = next((licence for known, licence in GROUPS.items() if f"{group}.".startswith(f"{known}.")), "")
    return Component(f"{group}:{name}", version, licence, [read(STANDARD_TEXTS[licence])] if licence else [])


def crates(platform):
    yield Component("Rust's standard library", "", "MIT OR Apache-2.0", [read(APACHE)])
    metadata = json.loads(cargo("metadata", "--format-version", "1"))
    packages = {(package["name"], package["version"]): package for package in metadata["packages"] if package["source"]}
    linked = [packages[key] for key in sorted(closure(platform)) if key in packages]
    for package in linked:
        yield crate(package, [other for other in linked if other["repository"] and other["repository"] == package["repository"]])


def closure(platform):
    """Name and version of each crate that is linked in; what only runs in the compiler is not."""
    targets = [word for target in TARGETS[platform] for word in ("--target", target)]
    said = cargo("tree", "--package", "trien-ffi", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}", *targets)
    return {(name, version.removeprefix("v")) for name, version, *_ in (line.split(" ") for line in said.splitlines() if line)}


def cargo(*words):
    return subprocess.run(["cargo", *words, "--locked"], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout


def crate(package, kin):
    licence = re.sub(r" ?/ ?", " OR ", package["license"] or "")
    texts = texts_in(package)
    if not texts:
        # A crate of the same repository has them, or the licence says the same of everybody.
        texts = next((found for other in kin if (found := texts_in(other))), None) or standard(licence)
    return Component(package["name"], package["version"], licence, texts)


def texts_in(package):
    folder = Path(package["manifest_path"]).parent
    return [read(file) for file in sorted(folder.rglob("*")) if file.is_file() and is_text(file.relative_to(folder))]


def is_text(path):
    return path.suffix not in SOURCE and not UNUSED.intersection(path.parts) and any(TEXT.match(part) for part in path.parts)


def standard(licence):
    return [read(file) for name, file in STANDARD_TEXTS.items() if name in re.split(r" OR |[()]", licence)][:1]


def read(file):
    return flowing(file.read_text(encoding="utf-8", errors="replace"))


def flowing(text):
    """A text without the line breaks that were made for eighty columns."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r", "").replace("\f", "\n").strip("\n"))
    return "\n\n".join(filter(None, map(joined, paragraphs)))


# A line goes on below when the first word there would not have fitted, and no new item or rule begins there.
def joined(paragraph):
    all_words = [words for line in paragraph.splitlines() if not RULE.fullmatch(words := " ".join(line.split()))]
    width = max(map(len, all_words), default=0)
    lines, before = [], ""
    for words in all_words:
        is_full = width >= NARROW and len(before) + len(f" {words.partition(' ')[0]}") > width
        if before and is_full and not BEGINS.match(words):
            lines[-1] += f" {words}"
        else:
            lines.append(words)
        before = words
    return "\n".join(lines).strip()


def faults_of(components):
    for component in components:
        name = f"{component.name} {component.version}"
        if not component.licence:
            yield f"{name} names no licence"
        if not any(component.texts):
            yield f"{name} has no text of its licence"
        if any(mark in part for mark in "\t\n" for part in (component.name, component.version, component.licence)):
            yield f"{name} has a mark in its name that stands between names"


def written(components):
    """The file. A text that several have, whatever its spaces, is there once."""
    numbers, blocks, lines = {}, [], []
    for component in sorted(components, key=lambda it: (it.name != "Triện", it.name.lower(), it.version)):
        own = []
        for text in component.texts:
            same = " ".join(text.split())
            if same not in numbers:
                numbers[same] = len(numbers) + 1
                blocks.append(text)
            own += [numbers[same]] if numbers[same] not in own else []
        lines.append("\t".join([component.name, component.version, component.licence, " ".join(map(str, own))]))
    return "\n\f\n".join(["\n".join(lines), *blocks]) + "\n"


def self_test():
    assert faults_of_one(library("org.unheard", "of", "1.0")) == ["names no licence", "has no text of its licence"]
    assert not faults_of_one(library("androidx.core", "core", "1.18.0"))
    with tempfile.TemporaryDirectory() as folder:
        bare = {"name": "bare", "version": "1.0.0", "license": "MIT", "manifest_path": f"{folder}/Cargo.toml"}
        assert faults_of_one(crate(bare, [])) == ["has no text of its licence"]
        assert faults_of_one(crate(bare | {"license": None}, [])) == ["names no licence", "has no text of its licence"]
        assert not faults_of_one(crate(bare | {"license": "MIT OR Apache-2.0"}, []))
        (Path(folder) / "src").mkdir()
        (Path(folder) / "src" / "license.rs").write_text("mod license;")
        assert crate(bare, []).texts == []
        (Path(folder) / "src" / "LICENSE-MIT").write_text("Permission\n")
        assert crate(bare, []).texts == ["Permission"]
    assert written([Component("b", "", "MIT", ["x  y", "z"]), Component("a", "1", "MIT", ["x y"])]) == "a\t1\tMIT\t1\nb\t\tMIT\t1 2\n\f\nx y\n\f\nz\n"
    full = "w" * 60
    assert flowing(f"  Title\n  Version 2\n\n{full}\n {full}\n(a) {full}\n") == f"Title\nVersion 2\n\n{full} {full}\n(a) {full}"


def faults_of_one(component):
    return [fault.removeprefix(f"{component.name} {component.version} ") for fault in faults_of([component])]


if __name__ == "__main__":
    main()
