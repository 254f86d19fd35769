"""Listing: what lists sort and narrow by is kept beside each public page."""

from __future__ import annotations

import datetime as dt

from django.db.models import Sum
from django.utils import timezone

from kb.content.platforms import platforms_in
from kb.content.versions import between
from kb.models import Consequence, ContentEpoch, Fix, Listing, MatchCount, Page, PlatformCheck, Revision

ASKED_WITHIN = dt.timedelta(days=30)
BATCH = 1000


def list_page(page: Page, revision: Revision) -> None:
    """Show the page in lists as this revision, which has just become public, describes it."""
    platforms = platforms_in(_places(revision))
    versions = between(revision.applies_to.get("since", ""), revision.applies_to.get("until", ""))
    Listing.objects.update_or_create(
        page=page,
        defaults={
            "tool_id": page.tool_id,
            "title_key": revision.title[:100].lower()[:100],
            "role": revision.role,
            "updated": revision.updated,
            "platforms": f" {' '.join(platforms)} " if platforms else "",
            "since": versions.first,
            "until": versions.last,
        },
    )
    Consequence.objects.filter(page=page).delete()
    Consequence.objects.bulk_create(Consequence(page=page, other=slug) for slug in dict.fromkeys(revision.leads_to))


def _places(revision: Revision) -> list[str]:
    """All words with which the revision says where the error happens."""
    return [
        *revision.applies_to.get("systems", ()),
        *revision.applies_to.get("platforms", ()),
        *Fix.objects.filter(revision=revision).values_list("platform", flat=True),
        *PlatformCheck.objects.filter(revision=revision).values_list("platform", flat=True),
    ]


def count_asked() -> None:
    """Count anew how often pasted texts led to each page of late. Readers see another order, so the epoch moves on."""
    since = timezone.now().date() - ASKED_WITHIN
    counted = MatchCount.objects.filter(day__gt=since).order_by().values_list("page").annotate(Sum("count"))
    asked = {page: int(total) for page, total in counted}
    changed = []
    for listing in Listing.objects.only("page", "asked").order_by().iterator(BATCH):
        now = min(asked.get(listing.pk, 0), 2**31 - 1)
        if listing.asked != now:
            listing.asked = now
            changed.append(listing)
    if changed:
        Listing.objects.bulk_update(changed, ["asked"], batch_size=BATCH)
        ContentEpoch.objects.bump()
