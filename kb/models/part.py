"""What the parts of a revision have in common: a permanent key, a position, and that they freeze with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models.base import ModelBase

from kb.models.revision import FROZEN, Revision, RevisionFrozenError

P = TypeVar("P", bound="RevisionPart", covariant=True)


class PartQuerySet(models.QuerySet[P]):
    """Parts; every way to change many of them at once asks first whether their revision is still open."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        parts = list(objs)
        _refuse_frozen(Revision.objects.filter(pk__in={part.revision_id for part in parts}).frozen().first())
        return super().bulk_create(parts, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._refuse_frozen()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    def _refuse_frozen(self) -> None:
        part = self.filter(revision__state__in=FROZEN).select_related("revision__page").first()
        _refuse_frozen(part.revision if part else None)


class RevisionPart(models.Model):
    """A row that belongs to one revision and cannot change once that is published."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("position",)
        default_related_name = "%(model_name)ss"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.revision.refuse_if_frozen()
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        self.revision.refuse_if_frozen()
        return super().delete(using=using, keep_parents=keep_parents)


class KeyedPart(RevisionPart):
    """A part that readers link to and other parts refer to: by its key, which stays the same in every revision."""

    key = models.SlugField(max_length=64, db_index=False)

    class Meta(RevisionPart.Meta):
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(fields=("revision", "key"), name="%(class)s_key_unique"),
        )

    def __str__(self) -> str:
        return self.key


def _refuse_frozen(revision: Revision | None) -> None:
    if revision is not None:
        raise RevisionFrozenError(revision)
