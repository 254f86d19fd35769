"""Count in how many program messages each word stands: makes `kb/matching/common_words.py`.

    python bench/word_frequency.py /usr/share/locale > kb/matching/common_words.py

Reads the gettext catalogues (`.mo`) of whatever is installed; their keys are the English messages that programs print.
Lists of country and language names are left out. What is kept is a count for each common word, no message.
"""

from __future__ import annotations

import gettext
import re
import sys
from collections import Counter
from pathlib import Path

KEPT = 1500
_WORD = re.compile(r"[^\W_]+")


def messages(root: Path) -> set[str]:
    """Distinct English messages of all catalogues under `root`."""
    found: set[str] = set()
    for path in sorted(root.rglob("LC_MESSAGES/*.mo")):
        if path.name.startswith("iso_"):
            continue
        try:
            catalogue = gettext.GNUTranslations(path.open("rb"))
        except (OSError, ValueError, IndexError):  # a broken catalogue tells nothing
            continue
        keys = catalogue._catalog  # type: ignore[attr-defined]  # noqa: SLF001  # the only way to a catalogue's keys
        found.update(key if isinstance(key, str) else key[0] for key in keys if key)
    return {message for message in found if "\n" not in message.strip()}


def main() -> None:
    texts = messages(Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/locale"))
    counts = Counter(
        word for text in texts for word in set(_WORD.findall(text.lower())) if word.isascii() and len(word) > 1
    )
    per_10_000 = [(word, round(count * 10_000 / len(texts))) for word, count in counts.most_common(KEPT)]
    kept = [f"{word} {share}" for word, share in per_10_000 if share and not word.isdigit()]
    print('"""How common a word is in program messages: in how many of 10,000.\n')
    print(
        f"Made by `bench/word_frequency.py` from {len(texts):,} distinct messages of gettext catalogues; do not edit."
    )
    print('"""\n\nfrom __future__ import annotations\n\n_COUNTS = """')
    line = ""
    for item in kept:
        if len(line) + len(item) > 116:
            print(line.rstrip())
            line = ""
        line += f"{item}, " if line or item else item
    print(line.rstrip(", "))
    print('"""\n\nPER_10_000: dict[str, int] = {')
    print('    word: int(count) for word, count in (item.split() for item in _COUNTS.split(",") if item.strip())\n}')


if __name__ == "__main__":
    main()
