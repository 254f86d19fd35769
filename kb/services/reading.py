"""A page as readers and programs get it: what it says, and how far that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from pydantic import BaseModel, ConfigDict

from kb.content.document import PageFolder
from kb.models import Page, Revision
from kb.queries import freshness, provenance
from kb.queries.freshness import Freshness
from kb.queries.provenance import SourceCheck
from kb.services.page_files import folder_of


class CheckedSource(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    address: str
    state: str
    """`alive`, `moved`, `changed` since it was cited, or `gone`."""
    checked_on: dt.date


class Standing(BaseModel):
    """How far what the page says stands today."""

    model_config = ConfigDict(use_attribute_docstrings=True, title="Freshness")

    last_verified: dt.date | None
    """The newest day on which somebody, or a check, looked at what the page rests on."""
    needs_review: list[str]
    """Why somebody should look at it again, in words; empty, if nothing speaks for that."""
    unsupported_causes: list[str]
    """Keys of causes for which no evidence stands any more: confirm them before you rely on them."""
    checked_sources: list[CheckedSource]
    """What checks of its sources found; those that were never checked are missing."""


@dataclass(frozen=True, slots=True)
class Reading:
    folder: PageFolder
    freshness: Freshness
    checks: Mapping[str, SourceCheck]
    """Of its sources, by address."""

    def as_json(self, url: str) -> dict[str, Any]:
        """All that the page says, as plain values, and how far it stands."""
        return {**self.folder.as_json(url), "freshness": self._standing().model_dump(mode="json")}

    def _standing(self) -> Standing:
        cited = [source.address for source in self.folder.doc.sources if source.address in self.checks]
        return Standing(
            last_verified=self.freshness.last_verified,
            needs_review=[rule.text for rule in self.freshness.reasons],
            unsupported_causes=sorted(self.freshness.unsupported),
            checked_sources=[
                CheckedSource(
                    address=address, state=self.checks[address].state, checked_on=self.checks[address].checked_on
                )
                for address in cited
            ],
        )


def read(page: Page, revision: Revision | None = None) -> Reading:
    """The public page, or another wording of it, without what is only proposed or was withdrawn."""
    return Reading(
        folder=folder_of(page, revision).as_read(),
        freshness=freshness.of_page(page, timezone.localdate()),
        checks=provenance.source_checks(page),
    )
