"""Matching what a reader pasted: the answer is the direct response, and the text itself is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from kb.answers import slugs_in
from kb.forms.paste import Paste, PasteForm
from kb.services.clients import address_of
from kb.services.lookups import cards_of, fixes_on, look_up, look_up_uncounted, may_keep
from kb.services.recording import kept_lines
from kb.services.texts import NotText, TooLarge, text_of
from kb.views.answer_screen import answer_screen
from kb.views.failures import too_large
from kb.views.home import home_page
from kb.views.preview_screen import preview_screen
from kb.views.same_origin import same_origin

DOOR = "web"
NOTHING_SENT = (
    "The box was empty. Paste the error message or some lines of the log, or choose a file, and send it again."
)


@same_origin
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Match the pasted text or file. Who comes without one, for instance by reloading later, is led to the box.

    Only the reader's own browser may keep the answer, and asks before it shows it anew; without that, going back to it
    would lead to a question about sending the form again.
    """
    return _with_text(request, _answer)


@same_origin
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """Show what would be kept of a text, and what would be masked in it. Nothing is counted."""
    return _with_text(request, _preview)


def _with_text(request: HttpRequest, show: Callable[[HttpRequest, Paste, str], HttpResponse]) -> HttpResponse:
    if request.method != "POST":
        return redirect("home-show")
    form = PasteForm(request.POST, request.FILES)
    form.full_clean()
    paste = form.paste()
    if not may_keep(request.headers):
        paste = replace(paste, keep=False)
    try:
        text = text_of(paste.data, settings.TEXT_LIMIT)
    except NotText as problem:
        return home_page(request, notice=str(problem), status=400)
    except TooLarge:
        return too_large(request)
    if not text.strip():
        return home_page(request, notice=NOTHING_SENT)
    return show(request, paste, text)


def _answer(request: HttpRequest, paste: Paste, text: str) -> HttpResponse:
    found = look_up(text, DOOR, who=address_of(request), keep=paste.keep)
    cards = cards_of(slugs_in(found))
    fixes = fixes_on(found.ci, [match.slug for match in found.matches])
    screen = answer_screen(
        found,
        cards,
        fixes,
        text,
        kept=kept_lines(found) if paste.keep else (),
        keeps_nothing=not paste.keep,
        file_name=paste.file_name,
        box_ignored=paste.box_ignored,
    )
    return render(request, "match/answer.html", {"screen": screen})


def _preview(request: HttpRequest, paste: Paste, text: str) -> HttpResponse:
    found = look_up_uncounted(text)
    cards = cards_of({match.slug for match in found.matches})
    screen = preview_screen(found, cards, kept_lines(found), text)
    return render(request, "match/preview.html", {"screen": screen, "keeps_nothing": not paste.keep})
