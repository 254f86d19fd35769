"""Evidence moves between its states by a table, and every move is remembered."""

from __future__ import annotations

from itertools import product

import pytest

from kb.models import EVIDENCE_MOVES, Evidence, EvidenceState, MoveRefusedError, Source
from tests import builders

pytestmark = pytest.mark.django_db


def evidence_that_is(state: EvidenceState) -> Evidence:
    page = builders.a_published_page()
    return Evidence.objects.create(
        page=page, source=Source.objects.get(), supports="wrong-key", note="So it is.", state=state.value
    )


@pytest.mark.parametrize(("before", "after"), list(product(EvidenceState, EvidenceState)))
def test_evidence_moves_only_as_the_table_says(before: EvidenceState, after: EvidenceState) -> None:
    evidence = evidence_that_is(before)
    if after in EVIDENCE_MOVES[before]:
        evidence.move_to(after)
    else:
        with pytest.raises(MoveRefusedError):
            evidence.move_to(after)
        after = before
    assert Evidence.objects.get(pk=evidence.pk).state == after.value


def test_the_history_tells_each_state_that_evidence_was_in() -> None:
    evidence = evidence_that_is(EvidenceState.PROPOSED)
    evidence.move_to(EvidenceState.ACCEPTED)
    evidence.move_to(EvidenceState.WITHDRAWN)
    assert [row.state for row in evidence.history.all()] == ["withdrawn", "accepted", "proposed"]


def test_querysets_name_the_states() -> None:
    proposed = evidence_that_is(EvidenceState.PROPOSED)
    assert [*Evidence.objects.proposed()] == [proposed]
    assert proposed not in Evidence.objects.accepted()
