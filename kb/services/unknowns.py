"""Unknown errors after they were recorded: begun as a page, attached to one, ignored; closed when a page answers them,
forgotten when nobody meets them again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kb.content import document as doc
from kb.content.trees import Branch, branches
from kb.content.yaml_reading import Tree
from kb.jobs import CLOSE_ANSWERED_UNKNOWNS
from kb.matching.grouping import telling_words
from kb.matching.proposing import NoProposalError, finds, propose
from kb.models import (
    ContentEpoch,
    MoveRefusedError,
    Page,
    PageAlias,
    Revision,
    RevisionState,
    Sample,
    Tool,
    UnknownCount,
    UnknownError,
    UnknownState,
    User,
)
from kb.queries.drafts import version_of, wording_of
from kb.rendering.plain import cut
from kb.services import audit, drafting, jobs, lookups, reviewing

AT_ONCE = 200
"""So many are looked up in one transaction, which keeps other writers waiting for no longer than a moment."""
LONGEST_TITLE = 120
_ADDRESS = re.compile(doc.SLUG)
_WAITING = (RevisionState.DRAFT, RevisionState.IN_REVIEW)


class NotPossibleError(ValueError):
    """What was asked for cannot be done with this unknown error; says why, and what can."""


# --- what a curator decides -------------------------------------------------------------------------------------------


def start_draft(unknown: UnknownError, address: str, author: User, alike: Sequence[UnknownError] = ()) -> Revision:
    """A page at a new address, with a first draft whose signatures find these errors and with them as samples.

    Of those that are alike the ones of which no signature can be made are left in the queue.
    """
    tool, slug = _free_address(address)
    with transaction.atomic():
        proposal = _proposal(_held([unknown, *alike]))
        rows = proposal.rows
        page, is_new = Page.objects.get_or_create(tool=tool, slug=slug)
        if not is_new:
            raise NotPossibleError(f"{page} was begun by somebody else just now; attach the error to it")
        draft = drafting.write_draft(page, author, _first_content(rows, proposal), _comment(rows))
        _take(rows, page, author, f"drafted by {author}")
        audit.note(author, page, f"Begun from the unknown error “{_title(unknown)}”", audit.ADDED)
        audit.note(author, draft, f"Begun from the unknown error “{_title(unknown)}”", audit.ADDED)
    return draft


def attach(unknowns: Sequence[UnknownError], page: Page, author: User) -> Revision:
    """A draft of the page that finds these errors too, as further wordings; the author's own where there is one.

    The first of them counts: of the others those of which no signature can be made are left in the queue.
    """
    with transaction.atomic():
        held = _held(unknowns)
        draft = _draft_of(page, author)
        wording = wording_of(draft)
        proposal = _proposal(held, branches(wording.get("signatures")), _keys_in(wording))
        rows = proposal.rows
        if proposal.signatures:
            added = [signature.model_dump(mode="json", exclude_defaults=True) for signature in proposal.signatures]
            signatures: list[Tree] = [*branches(wording.get("signatures")), *added]
            _save(draft, {**wording, "signatures": signatures}, author, version_of(wording))
        _take(rows, page, author, f"attached by {author}")
        audit.note(author, draft, f"{_comment(rows)} {len(proposal.signatures)} signatures were added.")
    return draft


def ignore(unknowns: Iterable[UnknownError], reason: str, actor: User) -> None:
    """Set these aside, because no page could explain them."""
    if not reason.strip():
        raise NotPossibleError("Say why it is ignored: whoever meets it next wants to know.")
    with transaction.atomic():
        for row in _held(unknowns):
            _take_sample_back(row)
            _move(row, UnknownState.IGNORED, reason.strip())
            audit.note(actor, row, f"Ignored: {reason.strip()}")


def open_again(unknowns: Iterable[UnknownError], actor: User) -> None:
    """Back into the queue, whatever was decided."""
    with transaction.atomic():
        for row in _held(unknowns):
            _take_sample_back(row)
            _move(row, UnknownState.OPEN, f"opened again by {actor}")
            audit.note(actor, row, "Opened again")


def _held(unknowns: Iterable[UnknownError]) -> list[UnknownError]:
    """As they are stored now, kept for this transaction, in the order in which they were given."""
    wanted = list(dict.fromkeys(row.pk for row in unknowns))
    stored = UnknownError.objects.select_for_update(of=("self",)).select_related("page__tool").in_bulk(wanted)
    return [stored[pk] for pk in wanted if pk in stored]


def _move(row: UnknownError, state: UnknownState, reason: str, page: Page | None = None) -> None:
    try:
        row.move_to(state, page=page, reason=reason)
    except MoveRefusedError as refusal:
        raise NotPossibleError(
            f"“{_title(row)}” is {refusal.before} and cannot become {refusal.after}; open it again first"
        ) from refusal


def _take(rows: Sequence[UnknownError], page: Page, actor: User, reason: str) -> None:
    """The errors now belong to the page, each with its example as a hit."""
    position = page.samples.count()
    for row in rows:
        _move(row, UnknownState.ATTACHED, reason, page)
        audit.note(actor, row, f"Became a part of {page}")
        sample = _sample(row)
        if not page.samples.filter(file=sample.file).exists():
            sample.page, sample.position = page, position
            sample.save()
            position += 1
    if page.is_published:
        ContentEpoch.objects.bump()


def _take_sample_back(row: UnknownError) -> None:
    """What is no longer to be found by a page is no longer its proof."""
    if row.state == UnknownState.ATTACHED and row.page is not None:
        row.page.samples.filter(file=sample_file(row)).delete()


def _save(draft: Revision, wording: Branch, author: User, version: str) -> None:
    try:
        drafting.save(draft, wording, author, version)
    except (reviewing.ReviewRefusedError, drafting.StaleDraftError) as refusal:
        raise NotPossibleError(str(refusal)) from refusal
    draft.refresh_from_db()


def _draft_of(page: Page, author: User) -> Revision:
    """The draft into which this author writes: the own one where there is one, else a new one of what is live."""
    own = page.revisions.drafts().filter(author=author).first()
    if own is not None:
        return own
    if page.live_revision is not None:
        return drafting.start_draft(page, author, comment="Answers more unknown errors.")
    waiting = page.revisions.filter(state__in=_WAITING).select_related("author").first()
    if waiting is None:
        raise NotPossibleError(f"{page} is not published and has no draft: begin one first.")
    if waiting.author == author:
        raise NotPossibleError(f"{page} is not published, and your draft is in review: take it back first.")
    raise NotPossibleError(
        f"{page} is not published, and {waiting.author or 'somebody'} is writing it: ask them to add it."
    )


# --- what is proposed -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Proposal:
    """The errors that are taken, and the signatures that find those which no known one finds."""

    rows: list[UnknownError] = field(default_factory=list)
    signatures: list[doc.Signature] = field(default_factory=list)


def _keys_in(wording: Branch) -> set[str]:
    """Of all parts, whatever they are: a key is unique on its page."""
    return {str(part.get("key")) for value in wording.values() for part in branches(value)}


def _proposal(rows: Sequence[UnknownError], known: Sequence[Branch] = (), keys: Collection[str] = ()) -> _Proposal:
    proposal, taken = _Proposal(), {doc.PAGE_KEY, *keys}
    known_texts = [str(signature.get("text", "")) for signature in known]
    for row in rows:
        texts = [*known_texts, *(signature.text for signature in proposal.signatures)]
        if not any(finds(text, row.example) for text in texts if text):
            try:
                text = propose(row.example)
            except NoProposalError as problem:
                if row is rows[0]:
                    raise NotPossibleError(f"“{_title(row)}”: {problem}") from problem
                continue
            key = next(key for key in _keys(text) if key not in taken)
            taken.add(key)
            proposal.signatures.append(doc.Signature(key=key, text=text, prints=_where(row)))
        proposal.rows.append(row)
    return proposal


def _keys(text: str) -> Iterable[str]:
    """Names for a signature, after its first words."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"<[a-z]+>", " ", text.lower()))
    base = "-".join(words[:5])[:50].strip("-") or "message"
    yield base
    yield from (f"{base}-{number}" for number in range(2, 10_000))


def suggested_address(unknown: UnknownError) -> str:
    """An address that says what the error says, to be improved by whoever begins the page."""
    told = [stem for word in telling_words(unknown.template) if (stem := "".join(re.findall("[a-z0-9]+", word)))]
    slug = "-".join(told[:7])[:50].strip("-")
    return f"{unknown.tool}/{slug}"


def _where(row: UnknownError) -> str:
    return " on ".join(part for part in (row.tool, row.ci) if part)


def _first_content(rows: Sequence[UnknownError], proposal: _Proposal) -> doc.PageDoc:
    today = timezone.localdate()
    first = rows[0]
    ci = sorted({row.ci for row in rows if row.ci})
    return doc.PageDoc(
        title=_title(first),
        summary=f"Pasted {_times(sum(row.count for row in rows))} since {_day(min(row.first_seen for row in rows))}. "
        + doc.UNWRITTEN,
        applies_to=doc.AppliesTo(platforms=tuple(ci)),
        created=today,
        updated=today,
        signatures=tuple(proposal.signatures),
    )


def _title(row: UnknownError) -> str:
    return cut(" ".join(_writable(row.example).split()), LONGEST_TITLE)


def _writable(text: str) -> str:
    """Without characters that the page document refuses: nothing of a message hangs on them."""
    return doc.UNWRITABLE.sub(" ", text)


def _comment(rows: Sequence[UnknownError]) -> str:
    number = len(rows)
    return f"From {'an unknown error' if number == 1 else f'{number} unknown errors'}."


def _sample(row: UnknownError) -> Sample:
    note = f"pasted {_times(row.count)}, {_day(row.first_seen)} to {_day(row.last_seen)}; one line, secrets masked"
    return Sample(file=sample_file(row), text=f"{row.example}\n", origin=doc.Origin.REPORTED.value, note=note)


def sample_file(row: UnknownError) -> str:
    """Under this name its example is a sample of the page that it belongs to."""
    return f"hit-pasted-{hashlib.sha256(row.fingerprint.encode()).hexdigest()[:10]}.log"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _day(moment: dt.datetime) -> str:
    return timezone.localtime(moment).date().isoformat()


def _free_address(address: str) -> tuple[Tool, str]:
    """The tool and the slug of an address at which no page is yet."""
    if address.strip().startswith("/"):
        raise NotPossibleError("write the name of the tool before the stroke, as in git/authentication-failed")
    address = address.strip().strip("/")
    if not _ADDRESS.fullmatch(address) or len(address.partition("/")[2]) > doc.LONGEST_KEY:
        raise NotPossibleError(
            f"“{address}” is no address: write <tool>/<slug> in lower-case words joined by hyphens, of at most 64 "
            "characters each"
        )
    tool_slug, _, slug = address.partition("/")
    tool = Tool.objects.filter(slug=tool_slug).first()
    if tool is None:
        raise NotPossibleError(f"there is no tool {tool_slug}; choose another, or ask a reviewer to add it")
    if Page.objects.at(address).exists():
        raise NotPossibleError(f"{address} is there already; attach the error to it, or choose another address")
    if alias := PageAlias.objects.filter(address=address).select_related("page").first():
        raise NotPossibleError(f"{address} is an old address of {alias.page}; attach the error to that page")
    return tool, slug


# --- what becomes of them ---------------------------------------------------------------------------------------------


def close_answered(after: int = 0) -> str:
    """Look the open and attached errors up again; where a page answers one by now, say so. What is left over is the
    next job."""
    waiting = UnknownError.objects.waiting().filter(pk__gt=after)
    unknowns = list(waiting.select_related("page").order_by("pk")[:AT_ONCE])
    pages = {unknown.page_id for unknown in unknowns}
    drafted = set(Revision.objects.filter(state__in=_WAITING, page__in=pages).values_list("page", flat=True))
    closed = 0
    for unknown in unknowns:
        page = lookups.answering_page(unknown.example)
        if not _is_as_read(unknown):
            continue
        if page is not None:
            unknown.move_to(UnknownState.ANSWERED, page=page, reason=f"answered by {page}")
            closed += 1
        elif unknown.state == UnknownState.ATTACHED and unknown.page_id not in drafted:
            whose = unknown.page or "its page"
            _take_sample_back(unknown)
            unknown.move_to(UnknownState.OPEN, reason=f"{whose} has no draft any more and does not answer it")
    if len(unknowns) == AT_ONCE:
        last = unknowns[-1].pk
        jobs.enqueue(CLOSE_ANSWERED_UNKNOWNS, unique=f"{CLOSE_ANSWERED_UNKNOWNS} after {last}", after=last)
    return f"{closed} of {len(unknowns)} answered"


def _is_as_read(unknown: UnknownError) -> bool:
    """Whether nobody has decided about it meanwhile; from here on whoever does waits for us."""
    same = UnknownError.objects.filter(pk=unknown.pk, state=unknown.state, moved_at=unknown.moved_at)
    return same.select_for_update().first() is not None


def forget_old() -> str:
    """Delete what nobody has pasted for KB_UNKNOWN_DAYS, and the counts of days before that."""
    long_ago = timezone.now() - dt.timedelta(days=settings.UNKNOWN_DAYS)
    UnknownCount.objects.filter(day__lt=long_ago.date()).delete()
    old = UnknownError.objects.not_seen_since(long_ago)
    forgotten = old.count()
    old.delete()
    return f"{forgotten} forgotten"
