"""A few strange inputs for each reader of what strangers send, always the same ones: `bench.fuzz` tries more."""

from __future__ import annotations

import pytest

from bench.fuzz import TARGETS, Tried, attempt
from tests.builders import a_full_doc, a_loaded_page, folder_of

INPUTS = 60
OF_A_SITE = 20


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if not target.needs_site])
def test_strange_input_is_read_or_refused(name: str) -> None:
    tried = Tried()
    attempt(TARGETS[name], INPUTS, start=7, tried=tried)
    assert tried.faults == []
    assert tried.inputs >= INPUTS


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.needs_site])
def test_a_site_answers_strange_requests(name: str) -> None:
    a_loaded_page(folder_of("git/not-a-git-repository", a_full_doc()))
    tried = Tried()
    attempt(TARGETS[name], OF_A_SITE, start=7, tried=tried)
    assert tried.faults == []
    assert tried.inputs >= OF_A_SITE


def test_what_does_not_hold_is_told_with_the_input_that_shows_it() -> None:
    from hypothesis import strategies as st

    from bench.fuzz import Target

    def is_short(text: str) -> None:
        assert len(text) < 5

    tried = Tried()
    attempt(Target(st.text(), is_short), 200, start=1, tried=tried)
    (fault,) = tried.faults
    assert "assert 5 < 5" in fault
