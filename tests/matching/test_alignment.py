from __future__ import annotations

from kb.matching.alignment import NOTHING, Alignment, align
from kb.matching.words import words_of


def aligned(signature: str, line: str) -> Alignment:
    wanted = words_of(signature)
    return align(wanted, words_of(line), [0.2 if word in {"a", "the", "to", "of"} else 3.0 for word in wanted])


def test_a_line_that_says_it_all_holds_all_of_it() -> None:
    found = aligned("disk quota exceeded", "write failed: disk quota exceeded on /home")
    assert (found.share, found.lead, found.conflict, found.gap, found.common) == (1.0, 0.0, 0.0, 0.0, 3)


def test_another_word_in_the_place_of_a_telling_one_is_a_conflict() -> None:
    assert aligned("connection to db timed out", "connection to db was refused").conflict > 0.3


def test_a_generic_word_that_is_missing_tells_nothing() -> None:
    found = aligned("fatal: disk quota exceeded", "disk quota exceeded")
    assert found.lead == 0.0
    assert found.share < 1.0


def test_a_telling_word_missing_at_the_start_is_lead() -> None:
    assert aligned("fetch pack disconnect", "send pack disconnect").lead > 0.3


def test_words_missing_in_the_middle_with_nothing_in_their_place_are_a_gap() -> None:
    found = aligned("quota of disk exceeded", "quota exceeded")
    assert found.conflict == 0.0
    assert found.gap > 0.3


def test_words_missing_where_the_line_ends_are_its_tail() -> None:
    assert aligned("unable to get local issuer certificate", "unable to get local").tail > 0.3


def test_lines_without_a_common_word_have_nothing() -> None:
    assert aligned("disk full", "port taken") == NOTHING


def test_words_in_place_of_the_first_one_stand_before() -> None:
    assert aligned("Error: disk quota exceeded", "app.QuotaError: disk quota exceeded").before == 2
    assert aligned("disk quota exceeded", "write of page 7 failed, disk quota exceeded").before == 0


def test_a_line_ends_in_the_message_or_goes_on() -> None:
    assert aligned("unable to get local issuer certificate", "unable to get local").ends_line
    assert not aligned("unable to get local issuer certificate", "unable to get local news").ends_line
