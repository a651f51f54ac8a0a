#!/usr/bin/env python3
"""Turns the texts in core/locales into source for the apps, so that both speak as the server does.

    mobile-ffi/texts.py kotlin FOLDER
    mobile-ffi/texts.py swift FOLDER

writes one file, GeneratedTexts. It knows of Fluent what these files use: texts of one or more lines, `{ $name }`,
`{ "literal" }`, and a choice by the value of an argument. `[one]` means exactly 1.
"""

import re
import sys
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "core" / "locales"
LANGUAGES = {"vi": "vietnamese", "en": "english"}
# What the apps show: their own words, and those for what the core tells by name.
FILES = ["app", "pdf", "problems", "verify"]


class Parser:
    """A pattern: its parts are texts, ("argument", name) or ("choice", name, {value: pattern})."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def pattern(self, until_variant=False):
        parts, start = [], self.at
        while self.at < len(self.text):
            rest = self.text[self.at :]
            if rest[0] == "{":
                parts.append(self.text[start : self.at])
                parts.append(self.placeable())
                start = self.at
            elif until_variant and (rest[0] == "}" or re.match(r"\n\s*(\*?\[|\})", rest)):
                break
            else:
                self.at += 1
        parts.append(self.text[start : self.at])
        return [part for part in parts if part != ""]

    def placeable(self):
        literal = self.take(r'\{\s*"([^"]*)"\s*\}')
        if literal:
            return literal[1]
        argument = self.take(r"\{\s*\$([a-z]+)\s*\}")
        if argument:
            return ("argument", argument[1])
        choice = self.take(r"\{\s*\$([a-z]+)\s*->")
        if not choice:
            raise ValueError(f"not understood: {self.text[self.at:][:60]!r}")
        variants = {}
        while variant := self.take(r"\s*(\*?)\[([a-z0-9-]+)\] *"):
            value = None if variant[1] else {"one": "1"}.get(variant[2], variant[2])
            variants[value] = self.pattern(until_variant=True)
        if None not in variants or not self.take(r"\s*\}"):
            raise ValueError(f"a choice without a default or an end: {self.text!r}")
        return ("choice", choice[1], variants)

    def take(self, expression):
        found = re.compile(expression).match(self.text, self.at)
        if found:
            self.at = found.end()
        return found


def entries(file):
    """Key and pattern of each text of a file, in their order."""
    key, lines = None, []
    for line in [*file.read_text(encoding="utf-8").splitlines(), "end ="]:
        begins = re.match(r"([a-z][a-z0-9-]*) *= *(.*)", line)
        if not begins:
            if key and not line.startswith("#"):
                lines.append(line)
            continue
        if key:
            yield key, Parser(whole(lines)).pattern()
        key, lines = begins[1], [begins[2]]


def whole(lines):
    first, *more = lines
    indents = [len(line) - len(line.lstrip()) for line in more if line.strip() and line[0] == " "]
    cut = min(indents, default=0)
    dedented = [line[cut:] if line[:1] == " " else line for line in more]
    return "\n".join([first, *dedented]).strip()


def kotlin(pattern):
    return " + ".join(kotlin_part(part) for part in pattern) or '""'


def kotlin_part(part):
    if isinstance(part, str):
        escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "\\n")
        return f'"{escaped}"'
    if part[0] == "argument":
        return f'of("{part[1]}")'
    _, name, variants = part
    known = "".join(f'"{value}" -> {kotlin(it)}; ' for value, it in variants.items() if value is not None)
    return f'(when (of("{name}")) {{ {known}else -> {kotlin(variants[None])} }})'


def write_kotlin(folder):
    out = ["// Made by mobile-ffi/texts.py from core/locales; changes here are lost.", "package vn.trien.present", ""]
    for tag, language in LANGUAGES.items():
        calls = " ?: ".join(f"{tag}{name.capitalize()}(key)" for name in FILES)
        out += [f"internal fun Arguments.{language}(key: String): String? = {calls}", ""]
        for name in FILES:
            out.append(f"private fun Arguments.{tag}{name.capitalize()}(key: String): String? = when (key) {{")
            for key, pattern in entries(LOCALES / tag / f"{name}.ftl"):
                out.append(f'    "{key}" -> {kotlin(pattern)}')
            out += ["    else -> null", "}", ""]
    file = Path(folder) / "vn" / "trien" / "present" / "GeneratedTexts.kt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(out), encoding="utf-8")


def swift(pattern):
    return '"' + "".join(swift_part(part) for part in pattern) + '"'


def swift_part(part):
    if isinstance(part, str):
        return part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    if part[0] == "argument":
        return f'\\(of("{part[1]}"))'
    _, name, variants = part
    known = ", ".join(f'"{value}": {swift(it)}' for value, it in variants.items() if value is not None)
    return f'\\(choice("{name}", [{known}], {swift(variants[None])}))'


def write_swift(folder):
    out = ["// Made by mobile-ffi/texts.py from core/locales; changes here are lost.", "", "extension Arguments {"]
    for tag, language in LANGUAGES.items():
        calls = " ?? ".join(f"{tag}{name.capitalize()}(key)" for name in FILES)
        out += [f"    func {language}(_ key: String) -> String? {{ {calls} }}", ""]
        for name in FILES:
            out += [f"    private func {tag}{name.capitalize()}(_ key: String) -> String? {{", "        switch key {"]
            for key, pattern in entries(LOCALES / tag / f"{name}.ftl"):
                out.append(f'        case "{key}": return {swift(pattern)}')
            out += ["        default: return nil", "        }", "    }", ""]
    (Path(folder) / "GeneratedTexts.swift").write_text("\n".join([*out, "}", ""]), encoding="utf-8")


WRITERS = {"kotlin": write_kotlin, "swift": write_swift}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in WRITERS:
        sys.exit(__doc__)
    WRITERS[sys.argv[1]](sys.argv[2])
