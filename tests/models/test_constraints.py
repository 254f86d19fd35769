"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from kb.models import Evidence, Fix, Reproduction, Revision, Sample, Source
from tests import builders

pytestmark = pytest.mark.django_db


def force(model: type[models.Model], **changes: Any) -> None:
    """Change all rows behind the back of every rule that is written in Python."""
    models.QuerySet(model).update(**changes)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Revision, {"state": "almost"}),
        (Revision, {"role": "victim"}),
        (Revision, {"published_at": None}),
        (Fix, {"risk": "none"}),
        (Evidence, {"state": "believed"}),
        (Source, {"kind": "hearsay"}),
        (Source, {"state": "alive"}),  # without a day on which it was checked
        (Source, {"checked_on": builders.TODAY}),  # without a result
        (Sample, {"file": "other.log"}),
        (Sample, {"origin": "invented"}),
        (Reproduction, {"outcome": "not_reproduced"}),  # while the fix is said to be verified
    ],
)
def test_the_database_refuses_what_makes_no_sense(model: type[models.Model], changes: dict[str, Any]) -> None:
    page = builders.a_published_page()
    builders.a_reproduction(page, fix_verified=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        force(model, **changes)
