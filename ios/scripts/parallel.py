#!/usr/bin/env python3
"""Holds the presenters of Kotlin and of Swift together: the same files, the same states and events with their cases and fields, the same text
keys in each file, the same named numbers and strings, and the same members of what the presenters ask of the platform.

    ios/scripts/parallel.py

What only one of them can have is in the lists below, with its reason. Anything else that one has and the other has not is a failure.

It reads names and not what is done with them: not the types of fields, not which key is shown when, not what a presenter does on an event, no
number that stands without a name. Those are held by the tests, which both have.
"""

import math
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KOTLIN = ROOT / "android/app/src/presenters/kotlin/vn/trien/present"
SWIFT = ROOT / "ios/TrienKit/Sources/TrienKit"

# SwiftUI has a protocol App.
RENAMED = {"App": "Companion"}
ONLY_KOTLIN = {
    "PromptSession": "a key of the Secure Enclave is opened by TrienDevice's PromptWindow",
    "Qr": "iOS reads codes itself",
    "SecretFiles": "the keychain is a store for secrets of its own",
    "KeyPlace.strongBox": "Android's hardware",
    "KeyPlace.trustedEnvironment": "Android's hardware",
    "PushPlace.fcm": "Android's push service",
    "PushPlace.unified": "Android's push service",
    "PushRecord.keys": "only Web Push has keys",
    "PushRecord.version": "Swift writes the record as a property list",
    "PushRecord.nowhere": "Swift writes the record as a property list",
    "PushRecord.fcm": "Swift writes the record as a property list",
    "PushRecord.unified": "Swift writes the record as a property list",
    "PushService.pointBytes": "only Web Push has keys",
    "PushService.authBytes": "only Web Push has keys",
    'Failure "app-open-security"': "Apple lets an app open its own page of the settings and no other",
    'Device "app-keys-strongbox"': "Android's hardware",
    'Device "app-keys-tee"': "Android's hardware",
}
DIFFERENT = {
    "Remedy.security": "Apple lets an app open its own page of the settings and no other",
}
ONLY_SWIFT = {
    "Scope": "what Kotlin's coroutines bring along",
    "KeyPlace.secureEnclave": "Apple's hardware",
    "PushPlace.apns": "Apple's push service",
    'Device "app-keys-secure-enclave"': "Apple's hardware",
    'Failure "app-to-settings"': "Apple lets an app open its own page of the settings and no other",
    "Failure.faceNotAllowed": "only Apple's system lets a person forbid an app the sensor",
    'Failure "app-failure-face-not-allowed"': "only Apple's system lets a person forbid an app the sensor",
    "ScreenLock.notAllowed": "only Apple's system lets a person forbid an app the sensor",
}


def main():
    kotlin, swift = {}, {}
    for file in sorted(KOTLIN.glob("*.kt")):
        name, text = RENAMED.get(file.stem, file.stem), without_comments(file.read_text(encoding="utf-8"))
        kotlin[name] = None
        kotlin.update(kotlin_names(text) | texts(name, text) | kotlin_constants(name, text) | kotlin_members(text))
    for file in sorted(SWIFT.glob("*.swift")):
        if file.stem != "GeneratedTexts":
            text = without_comments(file.read_text(encoding="utf-8"))
            swift[file.stem] = None
            swift.update(swift_names(text) | texts(file.stem, text) | swift_constants(file.stem, text) | swift_members(text))
    if len(kotlin) < 800 or len(swift) < 800:
        sys.exit(f"parallel.py: only {len(kotlin)} names in Kotlin and {len(swift)} in Swift: they are not read any more")
    faults = [f"{name}: only in Kotlin" for name in sorted(kotlin.keys() - swift.keys()) if not agreed(name, ONLY_KOTLIN)]
    faults += [f"{name}: only in Swift" for name in sorted(swift.keys() - kotlin.keys()) if not agreed(name, ONLY_SWIFT)]
    faults += [f"{name}: agreed to be another in each, and is not" for name in stale(kotlin, swift)]
    both = sorted(kotlin.keys() & swift.keys())
    faults += [f"{name}: {kotlin[name]} in Kotlin, {swift[name]} in Swift" for name in both if kotlin[name] != swift[name] and name not in DIFFERENT]
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
    alike = [name for name in DIFFERENT if kotlin.get(name) == swift.get(name)]
    known = [(name, kotlin, swift) for name in ONLY_KOTLIN] + [(name, swift, kotlin) for name in ONLY_SWIFT]
    return sorted(alike + [name for name, there, elsewhere in known if name not in there or name in elsewhere])


def without_comments(text):
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.S)


def texts(file, text):
    """The keys of texts that a file writes out, whoever gets them."""
    return {f'{file} "{key}"': None for key in re.findall(r'"((?:app|problem|pdf)-[a-z-]+)"', text)}


def kotlin_constants(file, text):
    """Numbers and strings with a name, times in seconds: `Refuse.undoSeconds` is 5."""
    constants = {}
    for name, value in re.findall(r"^\s*(?:\w+ )*val ([A-Z][A-Z0-9_]*)(?:: \w+)? = (.+)$", text, re.M):
        if number := re.fullmatch(r"([\d_]+)[uL]?", value):
            thousandths = 1000 if name.endswith("_MS") else 1
            constants[f"{file}.{camel(name.removesuffix('_MS'))}"] = int(number[1]) / thousandths
        elif time := re.fullmatch(r"Duration\.of(Days|Hours|Seconds)\((\d+)\)", value):
            constants[f"{file}.{camel(name)}"] = int(time[2]) * {"Days": 86400, "Hours": 3600, "Seconds": 1}[time[1]]
        elif time := re.fullmatch(r"(\d+)\.(minutes|seconds)", value):
            constants[f"{file}.{camel(name)}"] = int(time[1]) * {"minutes": 60, "seconds": 1}[time[2]]
        elif re.fullmatch(r'"[^"$]*"', value):
            constants[f"{file}.{camel(name)}"] = value
    return constants


def swift_constants(file, text):
    constants = {}
    for name, value in re.findall(r"^(?:\w+ )*?(?: +(?:\w+ )*static )?let (\w+)(?:: \w+)? = (.+)$", text, re.M):
        if number := re.fullmatch(r"(?:\.seconds\()?([\d_]+(?: \* [\d_]+)*)\)?", value):
            constants[f"{file}.{name}"] = math.prod(int(factor) for factor in number[1].split(" * "))
        elif re.fullmatch(r'"[^"\\]*"', value):
            constants[f"{file}.{name}"] = value
    return constants


def kotlin_members(text):
    """What the presenters ask of the platform, with the names of what is given along: `Device.share(files)` takes its time."""
    members = {}
    for found in re.finditer(r"^interface (Device|PushService) \{", text, re.M):
        body, _ = inside(text, found.end() - 1)
        members.update({f"{found[1]}.{name}": None for name in re.findall(r"^\s*val (\w+):", body, re.M)})
        for waits, name, given in re.findall(r"(suspend )?fun (\w+)\(([^)]*)\)", body):
            members[f"{found[1]}.{name}({labels(given)})"] = "waits" if waits else None
    return members


def labels(given):
    return ", ".join(re.findall(r"(\w+): ", given))


def swift_members(text):
    members = {}
    for found in re.finditer(r"^public protocol (Device|PushService)\b[^{]*\{", text, re.M):
        body, _ = inside(text, found.end() - 1)
        members.update({f"{found[1]}.{name}": None for name in re.findall(r"^\s*var (\w+):", body, re.M)})
        for name, given, waits in re.findall(r"func (\w+)\(([^)]*)\)( async)?", body):
            members[f"{found[1]}.{name}({labels(given)})"] = "waits" if waits else None
    return members


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
