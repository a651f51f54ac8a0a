#!/usr/bin/env python3
"""Holds the presenters of Kotlin and of Swift together: the same files, the same states and events, the same fields and text keys.

    ios/scripts/parallel.py

What only one of them can have is in the lists below, with its reason. Anything else that one has and the other has not is a failure.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KOTLIN = ROOT / "android/app/src/presenters/kotlin/vn/trien/present"
SWIFT = ROOT / "ios/TrienKit/Sources/TrienKit"

# SwiftUI has a protocol App.
RENAMED = {"App": "Companion"}
ONLY_KOTLIN = {
    "Qr": "iOS reads codes itself",
    "SecretFiles": "the keychain is a store for secrets of its own",
    "KeyPlace.strongBox": "Android's hardware",
    "KeyPlace.trustedEnvironment": "Android's hardware",
    "PushPlace.fcm": "Android's push service",
    "PushPlace.unified": "Android's push service",
    "PushRecord.keys": "only Web Push has keys",
}
ONLY_SWIFT = {
    "Scope": "what Kotlin's coroutines bring along",
    "KeyPlace.secureEnclave": "Apple's hardware",
    "PushPlace.apns": "Apple's push service",
}


def main():
    kotlin, swift = {}, {}
    for file in sorted(KOTLIN.glob("*.kt")):
        kotlin[RENAMED.get(file.stem, file.stem)] = None
        kotlin.update(kotlin_names(without_comments(file.read_text(encoding="utf-8"))))
    for file in sorted(SWIFT.glob("*.swift")):
        if file.stem != "GeneratedTexts":
            swift[file.stem] = None
            swift.update(swift_names(without_comments(file.read_text(encoding="utf-8"))))
    if len(kotlin) < 300 or len(swift) < 300:
        sys.exit(f"parallel.py: only {len(kotlin)} names in Kotlin and {len(swift)} in Swift: they are not read any more")
    faults = [f"{name}: only in Kotlin" for name in sorted(kotlin.keys() - swift.keys()) if not agreed(name, ONLY_KOTLIN)]
    faults += [f"{name}: only in Swift" for name in sorted(swift.keys() - kotlin.keys()) if not agreed(name, ONLY_SWIFT)]
    faults += [f"{name}: agreed to be in one only, and is not" for name in stale(kotlin, swift)]
    both = sorted(kotlin.keys() & swift.keys())
    faults += [f"{name}: {kotlin[name]} in Kotlin, {swift[name]} in Swift" for name in both if kotlin[name] != swift[name]]
    for fault in faults:
        print(f"parallel.py: {fault}", file=sys.stderr)
    print(f"{len(both)} names of the presenters are the same in Kotlin and in Swift")
    print(f"{0 if faults else 1} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


# With a name all that belongs to it is agreed.
def agreed(name, ones):
    parts = name.split(".")
    return any(".".join(parts[:count]) in ones for count in range(1, len(parts) + 1))


def stale(kotlin, swift):
    known = [(name, kotlin, swift) for name in ONLY_KOTLIN] + [(name, swift, kotlin) for name in ONLY_SWIFT]
    return sorted(name for name, there, elsewhere in known if name not in there or name in elsewhere)


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def kotlin_names(text):
    """Types, their cases with the text's key, and their fields: `InboxTab.waiting`, `InboxState.search`, `RefuseProgress.leaving.seconds`."""
    names = {}
    for kind, name, parameters, body in kotlin_types(text):
        if kind == "enum class":
            names[name] = None
            for constant, key in re.findall(r'\b([A-Z][A-Z0-9_]*)\b(?:\("([^"]*)"\))?', body.split(";")[0]):
                names[f"{name}.{camel(constant)}"] = key or None
        elif kind == "sealed interface":
            names[name] = None
            for _, case, fields, _ in kotlin_types(body):
                names[f"{name}.{lower(case)}"] = None
                names.update({f"{name}.{lower(case)}.{field}": None for field in kotlin_fields(fields)})
        elif kind == "data class" or (kind == "class" and parameters and not body and "private" not in parameters):
            names[name] = None
            names.update({f"{name}.{field}": None for field in kotlin_fields(parameters)})
    return names


def kotlin_types(text):
    pattern = r"(enum class|sealed interface|data class|data object|class|object|interface)\s+([A-Z]\w*)"
    at = 0
    while found := re.compile(pattern).search(text, at):
        at = found.end()
        parameters = body = ""
        if text[at : at + 1] == "(":
            parameters, at = inside(text, at)
        if opening := re.compile(r"[^\n{(]*(?:\([^()\n]*\))?[^\n{(]*\{").match(text, at):
            body, at = inside(text, opening.end() - 1)
        yield found[1], found[2], parameters, body


def kotlin_fields(parameters):
    return [name.rstrip("_") for name in re.findall(r"\bval (\w+):", parameters)]


def swift_names(text):
    names = {}
    for kind, name, body in swift_types(text):
        names[name] = None
        outside = without_insides(body)
        if kind == "struct":
            names.update({f"{name}.{field}": None for field in swift_fields(outside)})
            continue
        structs = {inner: without_insides(inside_body) for _, inner, inside_body in swift_types(body)}
        for case, labels, key in swift_cases(outside):
            names[f"{name}.{case}"] = key or None
            fields = re.findall(r"(?:^|, )(\w+): ", labels)
            # A value that carries a struct of the enum, or says by its case what it is.
            if labels and not fields:
                fields = swift_fields(structs[labels]) if labels in structs else [lower(labels)]
            names.update({f"{name}.{case}.{field}": None for field in fields})
    return names


def swift_types(text):
    at = 0
    while found := re.compile(r"\b(enum|struct|class|protocol|extension)\s+([A-Z][\w.]*)[^\n{]*\{").search(text, at):
        body, at = inside(text, found.end() - 1)
        if found[1] in ("enum", "struct") and found[2] not in HELPERS:
            yield found[1], found[2], body


# What in Kotlin is a class, a function or a platform's own.
HELPERS = {"Arguments", "CertificateKind", "Der", "PageSource", "SharedFiles", "Texts"}


def swift_fields(outside):
    return re.findall(r"^\s*(?:public )?var (\w+)(?:: [^\n{]*| = [^\n{]*)$", outside, re.M)


def swift_cases(outside):
    """Of an enum's own lines: case, what it carries, and its raw value."""
    for line in re.findall(r"^\s*(?:indirect )?case ([a-z`].*)$", outside, re.M):
        found = re.match(r'`?(\w+)`?(?:\((.*)\))?(?: = "([^"]*)")?$', line)
        if not found:
            sys.exit(f"parallel.py: one case a line, please: {line}")
        yield found[1], found[2] or "", found[3]


def without_insides(body):
    """The lines of a body outside of all braces within."""
    out, depth = [], 0
    for letter in body:
        depth -= letter == "}"
        if depth == 0 and letter != "}":
            out.append(letter)
        depth += letter == "{"
    return "".join(out)


def inside(text, at):
    """What is between the bracket at `at` and its end, and where that is."""
    closing = {"(": ")", "{": "}"}[text[at]]
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == text[at]) - (text[place] == closing)
        if depth == 0:
            return text[at + 1 : place], place + 1
    sys.exit("parallel.py: a bracket is not closed")


def camel(constant):
    first, *more = constant.lower().split("_")
    return first + "".join(word.capitalize() for word in more)


def lower(name):
    return name[0].lower() + name[1:]


if __name__ == "__main__":
    main()
