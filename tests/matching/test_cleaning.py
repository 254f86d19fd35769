from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.matching.cleaning import clean


def visible(text: str) -> str:
    """What is left of a text once what counts as nothing is taken out."""
    return clean(text.encode()).replace(b"\0", b"").decode(errors="replace")


@given(st.text(max_size=400))
def test_the_view_is_as_long_as_the_text(text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert len(clean(data)) == len(data)


@given(st.text(alphabet="\x1b[]0;m\\nu001bx\r\n&lt#>: 'E|", max_size=200))
def test_noise_made_of_what_noise_is_made_of_keeps_every_offset(text: str) -> None:
    data = text.encode()
    view = clean(data)
    assert len(view) == len(data)
    assert view.count(b"\n") >= data.count(b"\n")


@pytest.mark.parametrize(
    "dressed",
    [
        "\x1b[1;31mfatal:\x1b[0m broken",
        "\x1b]8;;https://example.com\x07fatal:\x1b]8;;\x07 broken",
        "^[[31mfatal:^[[0m broken",
        "←[31mfatal:←[0m broken",
        r"\u001b[31mfatal:\u001b[0m broken",
        r"\x1b[31mfatal:\x1b[0m broken",
        "[31mfatal:[0m broken",
        "2026-11-20T10:11:12.1234567Z fatal: broken",
        "2026-11-20 10:11:12,123 fatal: broken",
        "[2026-07-09T13:22:10.371Z] fatal: broken",
        "2026-11-20T10:11:12.123456Z 01O fatal: broken",
        "10:11:12 fatal: broken",
        "Nov  3 10:11:12 host app[123]: fatal: broken",
        "E1120 10:11:12.123456       7 main.go:12] fatal: broken",
        "##[error]fatal: broken",
        "::error file=a.py,line=1::fatal: broken",
        "#12 3.456 fatal: broken",
        "web-1  | fatal: broken",
        "> fatal: broken",
        "E   fatal: broken",
        "│ fatal: broken",
        "fatal:\u200b broken",
    ],
)
def test_what_machines_put_around_a_line_counts_as_nothing(dressed: str) -> None:
    assert visible(dressed).strip() == "fatal: broken"


def test_several_prefixes_of_one_line_all_go() -> None:
    assert visible("2026-11-20T10:11:12.1Z ##[error]#7 1.5 fatal: x").strip() == "fatal: x"


def test_escaped_line_breaks_and_quotes_become_real_ones() -> None:
    assert visible(r'{"log":"fatal: \"x\"\nhint: y\t z"}') == '{"log":"fatal: "x"\nhint: y  z"}'


def test_escaping_of_escaping_is_undone_too() -> None:
    assert visible(r"fatal: \\\"x\\\"\\nhint") == 'fatal: "x"\nhint'


def test_a_windows_path_is_not_a_line_break() -> None:
    assert visible(r"cannot open C:\new\table.txt now") == r"cannot open C:\new\table.txt now"


def test_html_entities_become_their_signs() -> None:
    assert visible("expected &lt;div&gt; &amp; &#39;x&#39;") == "expected <div> & 'x'"


def test_a_lone_carriage_return_begins_a_line_as_it_does_on_a_terminal() -> None:
    assert visible("Receiving objects: 3%\rfatal: early EOF\r\n") == "Receiving objects: 3%\nfatal: early EOF\n"


def test_typographic_marks_become_blanks_and_letters_of_all_scripts_stay() -> None:
    assert visible("‘größe’ — ошибка → 失败").split() == ["größe", "ошибка", "失败"]
