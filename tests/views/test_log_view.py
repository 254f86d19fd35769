from __future__ import annotations

from kb.matching.records import Confidence, Match, MatchedLine, Role, UnmatchedLine
from kb.views.log_view import LINKS_SHOWN, LogView, log_view

TEXT = "one\ntwo it broke\nthree\nfour error\n"


def a_match(*lines: MatchedLine) -> Match:
    return Match("ssh/one", Role.CAUSE, Confidence.EXACT, 1.0, lines)


def a_view(*matches: Match, unmatched: tuple[UnmatchedLine, ...] = (), text: str = TEXT) -> LogView:
    return log_view(text, matches, unmatched, text.count("\n"))


def test_a_line_is_tied_to_every_answer_that_it_led_to() -> None:
    line = MatchedLine(2, "two it broke", "key", spans=((4, 12),))
    view = a_view(a_match(line), a_match(MatchedLine(2, "two it broke", "other")))
    (row,) = view.jumps
    assert (row.number, row.ties, row.html) == (2, (1, 2), "two <mark>it broke</mark>")


def test_a_line_that_no_page_knows_counts_too_but_is_tied_to_none() -> None:
    unknown = (UnmatchedLine(2, "two it broke", "f"), UnmatchedLine(4, "four error", "f"))
    view = a_view(a_match(MatchedLine(2, "two it broke", "key")), unmatched=unknown)
    assert [(row.number, row.ties, row.is_unknown) for row in view.jumps] == [(2, (1,), False), (4, (), True)]


def test_nothing_in_a_line_is_markup() -> None:
    view = a_view(text="<b>x</b> & <script>alert(1)</script>\n")
    assert view.parts[0].rows[0].html == "&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;"


def test_the_column_of_numbers_is_as_wide_as_the_longest() -> None:
    assert log_view("x\n", (), (), 1204).digits == 4


def test_of_many_lines_those_that_led_to_an_answer_are_linked_first() -> None:
    text = "".join(f"error {number}\n" for number in range(1, 41))
    unknown = tuple(UnmatchedLine(number, f"error {number}", "f") for number in range(1, 40))
    view = a_view(a_match(MatchedLine(40, "error 40", "key")), unmatched=unknown, text=text)
    assert len(view.jumps) == 40
    assert [row.number for row in view.links] == [*range(1, LINKS_SHOWN), 40]


def test_of_a_long_line_that_counts_the_stretch_that_does_is_shown() -> None:
    text = "x" * 5000 + " error: no tape left\n"
    view = a_view(unmatched=(UnmatchedLine(1, "xx error: no tape left", "f"),), text=text)
    assert view.jumps[0].html == "xx error: no tape left"
