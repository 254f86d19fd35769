"""Lists of pages: narrowed, sorted and counted by their listings, which are narrow; shown as cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Case, Count, IntegerField, Q, Sum, When

from kb.content.document import Role
from kb.content.platforms import PLATFORMS
from kb.content.versions import EVERY
from kb.models import Listing, Page, Reproduction
from kb.models.listing import ListingQuerySet
from kb.queries import browse
from kb.queries.browse import Card


class Sort(StrEnum):
    TITLE = "title"
    RECENT = "recent"
    ASKED = "asked"


ORDER = {
    Sort.TITLE: ("title_key", "page_id"),
    Sort.RECENT: ("-updated", "page_id"),
    Sort.ASKED: ("-asked", "page_id"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages a reader asked for, and in which order. The tool and the category are where the reader is."""

    tool: str = ""
    category: str = ""
    platform: str = ""
    version: str = ""
    """Of the tool; means nothing where no tool was chosen."""
    role: Role | None = None
    reproduced: bool = False
    sort: Sort = Sort.TITLE

    @property
    def is_narrowed(self) -> bool:
        return bool(self.platform or self.version or self.role or self.reproduced)

    def everything_here(self) -> Wanted:
        """The same place without any filter."""
        return replace(self, platform="", version="", role=None, reproduced=False)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many pages of a place each filter would leave."""

    total: int
    platforms: dict[str, int]
    roles: dict[Role, int]
    reproduced: int
    bounded: int
    """Pages that some versions of the tool are known not to need."""


def listed(wanted: Wanted) -> ListingQuerySet:
    """The listings of these pages in this order."""
    found = Listing.objects.order_by(*ORDER[wanted.sort])
    if wanted.tool:
        found = found.filter(tool=wanted.tool)
    if wanted.category:
        found = found.filter(tool__category=wanted.category)
    if wanted.platform:
        found = found.on_platform(wanted.platform)
    if wanted.version:
        found = found.of_version(wanted.version)
    if wanted.role:
        found = found.filter(role=wanted.role.value)
    return found.reproduced() if wanted.reproduced else found


def facets(place: Wanted) -> Facets:
    """What there is at this place, by filter; one query, whatever there is."""
    counts = {key.replace("-", "_"): _count(Q(platforms__contains=f" {key} ")) for key in PLATFORMS}
    found = (
        listed(place.everything_here())
        .order_by()
        .aggregate(
            all=Count("page"),
            symptoms=_count(Q(role=Role.SYMPTOM.value)),
            reproductions=_count(Q(page__in=Reproduction.objects.successful().order_by().values("page"))),
            bounded=_count(~Q(since=EVERY.first, until=EVERY.last)),
            **counts,
        )
    )
    symptoms = found["symptoms"] or 0
    platforms = {key: found[key.replace("-", "_")] or 0 for key in PLATFORMS}
    return Facets(
        total=found["all"],
        platforms={key: count for key, count in platforms.items() if count},
        roles={Role.CAUSE: found["all"] - symptoms, Role.SYMPTOM: symptoms},
        reproduced=found["reproductions"] or 0,
        bounded=found["bounded"] or 0,
    )


def cards_of(listings: Iterable[Listing]) -> list[Card]:
    """The cards of these pages in this order; one query for them all."""
    order = {listing.pk: place for place, listing in enumerate(listings)}
    return browse.cards(sorted(_listed_pages(order), key=lambda page: order[page.pk]))


def most_asked(tool: str, limit: int, without: Iterable[str] = ()) -> list[Card]:
    """The pages of a tool that pasted texts led to most often of late; none where nobody asked."""
    left_out = {slug.partition("/")[2] for slug in without if slug.startswith(f"{tool}/")}
    found = Listing.objects.filter(tool=tool).exclude(page__slug__in=left_out).asked_for()
    return cards_of(found[:limit])


def most_asked_of_all(limit: int) -> list[Card]:
    """The pages that pasted texts led to most often of late, of all tools."""
    return cards_of(Listing.objects.asked_for()[:limit])


def newest(tool: str, limit: int) -> list[Card]:
    """The pages of a tool that were published or changed last."""
    return cards_of(listed(Wanted(tool=tool, sort=Sort.RECENT))[:limit])


def causes_of(slug: str, limit: int) -> list[str]:
    """The slugs of the public pages whose errors are known to cause this one, those asked for most first."""
    pages = Page.objects.published().filter(consequences__other=slug).order_by("-listing__asked", "pk")
    return [page.full_slug for page in pages[:limit]]


def _count(condition: Q) -> Sum:
    return Sum(Case(When(condition, then=1), default=0, output_field=IntegerField()))


def _listed_pages(keys: Iterable[int]) -> Iterable[Page]:
    return browse.listed().filter(pk__in=list(keys))
