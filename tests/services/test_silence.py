from __future__ import annotations

import pytest

from kb.models import ContentEpoch, SilenceCheck
from kb.services import drafting, indexing, publishing, silence
from tests.builders import a_doc, a_published_page, a_user

pytestmark = pytest.mark.django_db

FIRES = b"git@example.invalid: Permission denied (publickey)."


@pytest.fixture(autouse=True)
def own_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "live", indexing.LiveIndex())


def test_a_check_records_how_many_logs_there_were_and_who_fired() -> None:
    a_published_page()
    epoch = ContentEpoch.objects.current()
    silence.check([b"fine", FIRES, b""])
    found = SilenceCheck.objects.get()
    assert (found.logs, found.silent, found.fired) == (3, 2, ["ssh/permission-denied-publickey"])
    assert ContentEpoch.objects.current() > epoch


def test_no_logs_prove_nothing() -> None:
    a_published_page()
    assert silence.check([]) is None
    assert not SilenceCheck.objects.exists()


def test_a_check_is_due_as_long_as_none_has_seen_the_pages_and_the_logs_as_they_are() -> None:
    page = a_published_page()
    assert silence.is_due(1)
    silence.check([b"fine"])
    assert not silence.is_due(1)
    assert silence.is_due(2)
    publishing.publish(drafting.write_draft(page, a_user(), a_doc(title="Other")))
    assert silence.is_due(1)
