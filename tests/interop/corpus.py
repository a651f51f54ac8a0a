"""The real PDFs that signatures are judged on.

    corpus.py fetch     downloads the archives and writes the chosen files to target/interop/corpus
    corpus.py check     applies the rule to the whole listing and compares with corpus.json
    corpus.py choose    writes what the rule chooses to corpus.json

The archives are test material of other projects: pinned by version and SHA-256, never committed.

The rule. Of all different `*.pdf` files in the archives those are sound that are at most 5 MB, open
without repair or password, have a page, and in which qpdf's library finds nothing to complain about.
Of these, each time in the order of their SHA-256: five with object streams, three already signed, two
with a turned page; then one from each archive in turn until there are 25.
"""

import hashlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import tarfile
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE.parent.parent / "target" / "interop"
LISTING = HERE / "corpus.json"

CHOSEN = 25
CLASSES = {"object-streams": 5, "signed": 3, "rotated": 2}
LARGEST = 5_000_000


def main():
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "fetch":
        fetch()
        extract()
    elif command == "check":
        fetch()
        check()
    elif command == "choose":
        fetch()
        listing = json.loads(LISTING.read_text())
        listing["files"] = choose(sound_files(listing["archives"]))
        LISTING.write_text(json.dumps(listing, indent=1) + "\n")
    else:
        sys.exit(__doc__)


def check():
    listing = json.loads(LISTING.read_text())
    chosen = choose(sound_files(listing["archives"]))
    if chosen != listing["files"]:
        sys.exit("the rule does not give the files of corpus.json; see: corpus.py choose")
    print(f"corpus: the rule gives the {len(chosen)} committed files")
    print("1 passed, 0 failed")


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
    listing = json.loads(LISTING.read_text())
    folder = WORK / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {(file["archive"], file["path"]): file for file in listing["files"]}
    for archive in listing["archives"]:
        for path, content in pdfs(archive):
            file = wanted.pop((archive["name"], path), None)
            if file:
                (folder / f"{file['sha256'][:12]}.pdf").write_bytes(content)
    if wanted:
        sys.exit(f"not in the archives: {', '.join(path for _, path in wanted)}")


def pdfs(archive):
    with tarfile.open(WORK / "archives" / archive["name"]) as members:
        for member in members:
            if member.isfile() and member.name.lower().endswith(".pdf"):
                yield member.name, members.extractfile(member).read()


def sound_files(archives):
    """Every sound file once, in the order of its SHA-256, with its traits."""
    files = {}
    for archive in archives:
        for path, content in pdfs(archive):
            digest = hashlib.sha256(content).hexdigest()
            if digest not in files and (traits := traits_if_sound(content)) is not None:
                files[digest] = {"archive": archive["name"], "path": path, "sha256": digest, "traits": traits}
    return [files[digest] for digest in sorted(files)]


def choose(sound):
    chosen = []

    def take(file, for_class):
        sound.remove(file)
        chosen.append({**file, "class": for_class})

    for name, count in CLASSES.items():
        for file in [file for file in sound if name in file["traits"]][:count]:
            take(file, name)
    archives = sorted({file["archive"] for file in sound})
    while len(chosen) < CHOSEN:
        archive = archives[0]
        archives.append(archives.pop(0))
        for file in [file for file in sound if file["archive"] == archive][: 1 if len(chosen) < CHOSEN else 0]:
            take(file, "any")
    return chosen


def traits_if_sound(content):
    import pikepdf

    if len(content) > LARGEST:
        return None
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted or not pdf.pages or pdf.check_pdf_syntax():
                return None
            return sorted(traits(pdf, pikepdf))
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, ValueError):
        return None


def traits(pdf, pikepdf):
    found = set()
    if any(turn(page.obj) % 360 for page in pdf.pages):
        found.add("rotated")
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/ObjStm":
            found.add("object-streams")
        if isinstance(item, pikepdf.Dictionary) and "/ByteRange" in item and "/Contents" in item:
            found.add("signed")
    return found


def turn(node):
    """The rotation of a page, which it may inherit; page trees that go in circles end the search."""
    for _ in range(50):
        if node is None:
            break
        if "/Rotate" in node:
            return int(node["/Rotate"])
        node = node.get("/Parent")
    return 0


if __name__ == "__main__":
    # The library reports every oddity of a foreign file; the rule needs only the verdict.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    main()
