from __future__ import annotations

from kb.matching.records import Confidence, Match, MatchedLine, Role, UnmatchedLine
from kb.views.log_view import LogView, log_view

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
