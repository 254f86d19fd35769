"""Every healthy log of this repository leaves every page silent."""

from __future__ import annotations

import pytest

from tests.corpus.shipped import FIXTURES, logs, shipped


def test_there_are_healthy_logs() -> None:
    assert len(logs()) >= 30


@pytest.mark.parametrize("log", logs())
def test_no_page_fires_on_a_healthy_log(log: str) -> None:
    answer = shipped().corpus.search((FIXTURES / "clean" / log).read_bytes())

    assert [(match.slug, match.lines[0].number, match.lines[0].text) for match in answer.matches] == []
