"""Compares where the core finds words with where poppler finds them.

    beside.py FINDER     FINDER is the core's example `beside`, compiled

On the first pages of the sound files of the corpus (see corpus.py), up to three words are asked for that
poppler finds once on the page. Where both find a word, its middle for the core lies within its box for
poppler. Readers disagree about what some glyphs say, so a few words may be missing, but none may be elsewhere.
"""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import corpus

WORDS_PER_PAGE = 3
PAGES_PER_FILE = 3

# Of the words that poppler finds; what is measured stands in docs/corpus.md.
LEAST_FOUND = 0.9

SECONDS = 60
XHTML = "{http://www.w3.org/1999/xhtml}"


def main():
    files = [corpus.place(file["sha256"]) for file in corpus.classified() if file["sound"]]
    with ThreadPoolExecutor(2) as pool:
        asked = [word for words in pool.map(words_of, files) for word in words]
    orders = "".join(f"{word['file']}\t{word['page']}\t{word['text']}\n" for word in asked)
    answers = subprocess.run([sys.argv[1]], input=orders, text=True, check=True, stdout=subprocess.PIPE).stdout
    verdicts = Counter()
    for word, answer in zip(asked, map(json.loads, answers.splitlines()), strict=True):
        verdict = answer.get("error") or ("within" if within(word["box"], answer) else "elsewhere")
        verdicts[verdict] += 1
        if verdict != "within":
            print(f"{verdict}: {word} {answer}")
    # A file that is refused says nothing of the search.
    searched = sum(count for verdict, count in verdicts.items() if verdict == "elsewhere" or verdict == "within" or verdict.startswith("anchor-"))
    print(f"beside: {len({word['file'] for word in asked})} files, {dict(verdicts)}")
    good = verdicts["elsewhere"] == 0 and searched > 0 and verdicts["within"] >= LEAST_FOUND * searched
    print("1 passed, 0 failed" if good else "0 passed, 1 failed")
    sys.exit(0 if good else 1)


def words_of(file):
    """Words of letters that stand once on their page and run from left to right, with their boxes in units of the page."""
    command = ["pdftotext", "-bbox", "-cropbox", "-l", str(PAGES_PER_FILE), file, "-"]
    try:
        said = subprocess.run(command, capture_output=True, timeout=SECONDS).stdout.decode(errors="replace")
        tree = ElementTree.fromstring(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", said))
    except (subprocess.TimeoutExpired, ElementTree.ParseError):
        return []
    chosen = []
    for number, page in enumerate(tree.iter(f"{XHTML}page")):
        words = [(word.text or "", word) for word in page.iter(f"{XHTML}word")]
        text = " ".join(text for text, _ in words)
        once = [(text_, word) for text_, word in words if text_.isalpha() and len(text_) > 4 and text.count(text_) == 1]
        for text_, word in once[:: max(1, len(once) // WORDS_PER_PAGE)][:WORDS_PER_PAGE]:
            edges = [float(word.get(edge)) for edge in ("xMin", "yMin", "xMax", "yMax")]
            left, top, right, bottom = edges
            if 0 <= left and 0 <= top and bottom - top < right - left:
                chosen.append({"file": str(file), "page": number, "text": text_, "box": edges})
    return chosen


def within(box, answer):
    return box[0] <= answer["across"] <= box[2] and box[1] <= answer["down"] <= box[3]


if __name__ == "__main__":
    main()
