"""The real PDFs that signatures are judged on.

    corpus.py fetch     downloads the archives and writes every different PDF to target/interop/corpus
    corpus.py check     classes them by classes.py and compares with what corpus.json states
    corpus.py state     writes what the rules give to corpus.json

The archives are test material of other projects: pinned by version and SHA-256, never committed. A file
is known by the first 12 digits of its SHA-256; `target/interop/classes.json` has the facts about each.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import classes

HERE = Path(__file__).resolve().parent
WORK = HERE.parent.parent / "target" / "interop"
LISTING = HERE / "corpus.json"
FOLDER = WORK / "corpus"
CLASSES = WORK / "classes.json"


def main():
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command not in ("fetch", "check", "state"):
        sys.exit(__doc__)
    fetch()
    files = extract()
    if command == "fetch":
        return
    files = classify(files)
    listing = json.loads(LISTING.read_text())
    stated = state(files, listing["refusals"])
    if command == "state":
        listing["files"] = stated
        LISTING.write_text(json.dumps(listing, indent=1, ensure_ascii=False) + "\n")
    elif stated != listing["files"]:
        sys.exit(f"the rules do not give the files of corpus.json (see: corpus.py state) but {json.dumps(stated)}")
    print(f"corpus: the rules give the stated classes: {stated['sound']} sound of {stated['different']} different PDFs")
    print("1 passed, 0 failed")


def classified():
    """All files with their facts, as `check` left them."""
    return json.loads(CLASSES.read_text())


def fetch():
    folder = WORK / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    for archive in json.loads(LISTING.read_text())["archives"]:
        path = folder / archive["name"]
        if not path.exists():
            print(f"corpus: fetching {archive['name']}", flush=True)
            {"pypi": fetch_sdist, "debian": fetch_debian}[archive["from"]](archive, folder)
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != archive["sha256"]:
            path.unlink()
            sys.exit(f"{archive['name']} has SHA-256 {found}, not {archive['sha256']}: removed")


def fetch_sdist(archive, folder):
    pinned = folder / (archive["package"] + ".txt")
    pinned.write_text(f"{archive['package']}=={archive['version']} --hash=sha256:{archive['sha256']}\n")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    # pip asks an sdist for its metadata; told "sdist", pypdfium2 does not look for a library to download.
    environment = {**os.environ, "PDFIUM_PLATFORM": "sdist"}
    subprocess.run(
        [*pip, "--require-hashes", "--requirement", pinned, "--dest", folder], check=True, env=environment
    )


def fetch_debian(archive, folder):
    """Uses this machine's own mirror, with source packages of the release named, and folders of our own."""
    apt = folder.parent / "apt"
    for name in ("lists/partial", "cache/archives/partial", "parts"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    mirror, signed_by = debian_mirror()
    (apt / "sources.list").write_text(f"deb-src {signed_by}{mirror} {archive['release']} main\n")
    options = [
        f"Dir::Etc::SourceList={apt}/sources.list",
        f"Dir::Etc::SourceParts={apt}/parts",
        f"Dir::State={apt}",
        f"Dir::State::Lists={apt}/lists",
        f"Dir::Cache={apt}/cache",
    ]
    get = ["apt-get", "-qq", *(argument for option in options for argument in ("-o", option))]
    subprocess.run([*get, "update"], check=True)
    subprocess.run([*get, "source", "--download-only", "--tar-only", archive["package"]], check=True, cwd=folder)


def debian_mirror():
    """The address and the keyring option of the first Debian archive that this machine installs from."""
    for path in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        text = path.read_text() if path.is_file() else ""
        if path.suffix == ".sources":
            address = re.search(r"^URIs:\s*(\S+/debian)/?\s*$", text, re.MULTILINE)
            keyring = re.search(r"^Signed-By:\s*(/\S+)", text, re.MULTILINE)
            if address:
                return address[1], f"[signed-by={keyring[1]}] " if keyring else ""
        elif path.suffix == ".list":
            line = re.search(r"^deb\s+(\[[^]]*\]\s+)?(\S+/debian)/?\s", text, re.MULTILINE)
            if line:
                return line[2], line[1] or ""
    sys.exit("found no Debian archive in /etc/apt to take the qpdf source package from")


def extract():
    """Writes every different PDF; gives where each was found first, in the order of its SHA-256."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    files = {}
    for archive in json.loads(LISTING.read_text())["archives"]:
        for path, content in pdfs(archive):
            digest = hashlib.sha256(content).hexdigest()
            if digest not in files:
                files[digest] = {"archive": archive["package"], "path": path.split("/", 1)[1], "sha256": digest}
                place(digest).write_bytes(content)
    return [files[digest] for digest in sorted(files)]


def pdfs(archive):
    with tarfile.open(WORK / "archives" / archive["name"]) as members:
        for member in members:
            if member.isfile() and member.name.lower().endswith(".pdf"):
                yield member.name, members.extractfile(member).read()


def place(digest):
    return FOLDER / f"{digest[:12]}.pdf"


def classify(files):
    with ProcessPoolExecutor(2) as pool:
        facts = list(pool.map(classes.classify, [place(file["sha256"]) for file in files], chunksize=8))
    files = [{**file, **found} for file, found in zip(files, facts)]
    CLASSES.write_text(json.dumps(files, indent=1, ensure_ascii=False))
    return files


def state(files, refusals):
    """What corpus.json states of the files, so that a changed rule or archive shows."""
    sound = [file for file in files if file["sound"]]
    others = [file for file in files if not file["sound"]]
    named = {name for names in refusals.values() for name in names}
    may_be_signed = [file for file in sound if f"{file['archive']}: {file['path']}" not in named]
    return {
        "different": len(files),
        "sound": len(sound),
        "class": {name: sum(file["class"] == name for file in sound) for name in classes.SOUND_CLASSES},
        "trait": {name: sum(name in file["traits"] for file in sound) for name in classes.SOUND_CLASSES},
        "other": {name: sum(file["class"] == name for file in others) for name in classes.OTHER_CLASSES},
        "archive": dict(sorted(Counter(file["archive"] for file in sound).items())),
        "three signers": [digest[:12] for digest in classes.sequences(may_be_signed)],
    }


if __name__ == "__main__":
    main()
