"""The signature lab: one signature as it is typed, and the whole ranking of any text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from kb.admin.desk import show
from kb.forms.lab import RankingForm, SignatureForm
from kb.matching.records import Answer, Match, MatchedLine
from kb.rendering.excerpt import excerpt
from kb.services.indexing import live
from kb.services.lab import Trying, try_signature
from kb.services.lookups import look_up_uncounted
from kb.views.answer_screen import BOX_HOLDS

LINES_SHOWN = 10
TRY, RANK = "try", "rank"
"""What the two buttons of the screen say in `do`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a text under its number."""

    number: int
    html: SafeString
    captures: Sequence[tuple[str, SafeString]] = ()
    signature: str = ""

    @classmethod
    def of(cls, line: MatchedLine) -> Row:
        captures = tuple((name, excerpt(value)) for name, value in line.captures.items())
        return cls(line.number, excerpt(line.text, line.spans), captures, line.signature)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A page in the ranking of a text, with all that speaks for it."""

    match: Match
    rows: Sequence[Row]
    more: int
    """Lines that are not shown."""


def lab(request: HttpRequest) -> HttpResponse:
    """The lab as a screen: without JavaScript a button does what otherwise happens while one types."""
    does = request.POST.get("do", "")
    typed = SignatureForm(request.POST) if does == TRY else SignatureForm(initial=_picked(request))
    ranking = RankingForm(request.POST) if does == RANK else RankingForm()
    context: dict[str, Any] = {
        "typed": typed,
        "ranking": ranking,
        "pickable": _pickable(str(typed["page"].value() or "")),
    }
    if does == TRY and typed.is_typed:
        context["trial"] = trial_of(typed)
    if does == RANK:
        ranking.full_clean()
        text = ranking.cleaned_data["log"] or ""
        context["answer"] = answer = look_up_uncounted(text)
        context["ranked"] = ranked_in(answer)
        context["unmatched"] = [(line.number, excerpt(line.text), excerpt(line.template)) for line in answer.unmatched]
        if len(text) > BOX_HOLDS:
            context["ranking"] = RankingForm()
    return show(request, "desk/lab.html", "Signature lab", status=400 if typed.errors else 200, **context)


@require_POST
def signature(request: HttpRequest) -> HttpResponse:
    """What `lab.js` asks while a signature is typed: the same as the screen says of it, in a sentence and as a piece of
    HTML."""
    form = SignatureForm(request.POST)
    if not form.is_valid():
        wrong = "; ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"sentence": wrong, "sound": False, "html": ""}, status=400)
    if not form.is_typed:
        return JsonResponse({"sentence": "", "sound": False, "html": ""})
    trial = trial_of(form)
    html = render_to_string("desk/_trial.html", {"trial": trial}, request)
    return JsonResponse({"sentence": trial["told"].sentence, "sound": trial["told"].is_sound, "html": html})


def trial_of(form: SignatureForm) -> dict[str, Any]:
    """What a template needs of a trial."""
    told: Trying = try_signature(form.cleaned_data["page"], form.cleaned_data["signature"])
    return {
        "told": told,
        "own": [(seen, is_hit, _row(seen.line)) for is_hit in (True, False) for seen in _of_kind(told, is_hit=is_hit)],
        "healthy": [(seen, _row(seen.line)) for seen in told.healthy],
        "elsewhere": [(one, _row(one.seen.line)) for one in told.elsewhere],
    }


def _of_kind(told: Trying, *, is_hit: bool) -> Sequence[Any]:
    return told.hits if is_hit else told.nears


def _row(line: MatchedLine | None) -> Row | None:
    return None if line is None else Row.of(line)


def ranked_in(answer: Answer) -> list[Ranked]:
    return [
        Ranked(match, [Row.of(line) for line in match.lines[:LINES_SHOWN]], max(0, len(match.lines) - LINES_SHOWN))
        for match in answer.matches
    ]


def _picked(request: HttpRequest) -> dict[str, Any]:
    """The signature that `?page=…&key=…` names, to begin with."""
    page, key = request.GET.get("page", ""), request.GET.get("key", "")
    picked = next((one for one in _pickable(page) if one.key == key), None)
    if picked is None:
        return {"page": page}
    is_regex = bool(picked.regex)
    return {"page": page, "key": key, "text": picked.regex or picked.text, "regex": is_regex, "shared": picked.shared}


def _pickable(slug: str) -> Sequence[Any]:
    """The signatures of a public page."""
    return [signature for entry in live.current().among(slug) for signature in entry.signatures]
