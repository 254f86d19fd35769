from __future__ import annotations

import json
import unicodedata

import pytest

from kb.content.document import UNWRITABLE
from kb.matching.invisible import INVISIBLE, escaped, named, named_on_terminal

LAID_OUT = "\t\n\r"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rm \u202e/ -fr", "rm [U+202E]/ -fr"),
        ("pass\u200bword", "pass[U+200B]word"),
        ("\x1b[2Jgone", "[U+001B][2Jgone"),
        ("\x9b31m", "[U+009B]31m"),
        ("a\u3164b\U000e0041", "a[U+3164]b[U+E0041]"),
        ("\ud800", "[U+D800]"),
        ("⚠️ naïve 漢字 שלום", "⚠️ naïve 漢字 שלום"),
    ],
)
def test_what_nobody_sees_is_named_and_the_rest_stays(text: str, shown: str) -> None:
    assert named(text) == shown


def test_every_control_and_format_character_is_among_them() -> None:
    missed = [
        f"U+{code:04X}"
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs")
        and chr(code) not in LAID_OUT
        and not INVISIBLE.match(chr(code))
    ]
    # Signs of scripts and of music that are drawn, or that join what is drawn.
    allowed = {"U+06DD", "U+070F", "U+08E2", "U+0890", "U+0891", "U+110BD", "U+110CD"}
    drawn = {code for code in missed if code in allowed or code.startswith(("U+060", "U+134", "U+1BCA", "U+1D17"))}
    assert set(missed) - drawn == set()


def test_a_page_holds_none_of_them() -> None:
    found = [code for code in range(0x110000) if INVISIBLE.match(chr(code)) and not UNWRITABLE.match(chr(code))]
    assert found == []


def test_on_a_terminal_a_carriage_return_is_named_too() -> None:
    assert named_on_terminal("rm -rf /\rls") == "rm -rf /[U+000D]ls"


def test_json_with_escapes_says_the_same() -> None:
    told = {"text": 'a\x9b31m \u202e "b" \U000e0041 \u200b é'}
    document = json.dumps(told, ensure_ascii=False)
    assert json.loads(escaped(document)) == told
    assert not INVISIBLE.search(escaped(document))
