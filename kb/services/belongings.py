"""What hangs on a page beside its wordings and takes effect at once: samples, and old addresses."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from kb.models import ContentEpoch, Page, PageAlias, Sample, User
from kb.services import audit, reviewing


def may_change(user: User, page: Page) -> bool:
    """What counts at once goes past review: of a public page only those change it who may publish. Authors may add a
    sample to any page, for that takes nothing from anybody's proof.
    """
    return user.has_perm(reviewing.PUBLISH if page.is_published else reviewing.WRITE)


def refuse_unless_may_change(user: User, page: Page) -> None:
    if not may_change(user, page):
        raise PermissionDenied(f"{page} is public; its samples and addresses are changed by those who may publish")


def keep_sample(sample: Sample, curator: User) -> None:
    """Write the sample, at the end of its page's list where it is new. Line ends that a browser alone has changed stay
    as they were recorded.
    """
    with transaction.atomic():
        stored = Sample.objects.select_for_update().filter(pk=sample.pk).first()
        if stored is not None:
            refuse_unless_may_change(curator, sample.page)
        if stored is None:
            last = sample.page.samples.aggregate(last=Max("position"))["last"]
            sample.position = 0 if last is None else last + 1
        elif _same_but_for_line_ends(stored.text, sample.text):
            sample.text = stored.text
        sample.save()
        done = "Changed" if stored else "Added"
        audit.note(curator, sample.page, f"{done} the sample {sample.file}.")
        ContentEpoch.objects.bump()


def drop_sample(sample: Sample, curator: User) -> None:
    refuse_unless_may_change(curator, sample.page)
    with transaction.atomic():
        audit.note(curator, sample.page, f"Removed the sample {sample.file}.")
        sample.delete()
        ContentEpoch.objects.bump()


def keep_aliases(page: Page, addresses: Sequence[str], curator: User) -> None:
    """Make these the old addresses of the page, in this order; no other page may have one of them."""
    refuse_unless_may_change(curator, page)
    with transaction.atomic():
        before = list(page.aliases.values_list("address", flat=True))
        if before == list(addresses):
            return
        page.aliases.all().delete()
        PageAlias.objects.bulk_create(
            PageAlias(page=page, address=address, position=position) for position, address in enumerate(addresses)
        )
        audit.note(
            curator, page, f"Old addresses: {', '.join(addresses) or 'none'}; before: {', '.join(before) or 'none'}."
        )
        ContentEpoch.objects.bump()


def _same_but_for_line_ends(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n").strip("\n") == other.replace("\r\n", "\n").strip("\n")
