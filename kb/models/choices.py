"""The page document's closed sets of words as choices and constraints of the database."""

from __future__ import annotations

from enum import Enum

from django.db import models


def choices_of(words: type[Enum]) -> list[tuple[str, str]]:
    """The words of an enum with a readable label: `source-code` is shown as `Source code`."""
    return [(word.value, word.value.replace("-", " ").replace("_", " ").capitalize()) for word in words]


def one_of(field: str, words: type[Enum], model: str) -> models.CheckConstraint:
    """The database itself refuses any other word in this field."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [word.value for word in words]}),
        name=f"{model}_{field}_known",
    )
