"""What readers say about a page: a plain form of its page brings it here, a script of the page may do so as well."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from kb.forms.feedback import FeedbackForm
from kb.models import Page, Verdict
from kb.queries import browse
from kb.queries.pages import published_page
from kb.refusals import TEXT, Form, form_for
from kb.services import feedback, limits
from kb.services.clients import address_of
from kb.views.same_origin import same_origin

GONE = "Nothing of this kind stands on this page any more. Load the page again to see what it says now."
THANKS = {
    Verdict.RIGHT: "Thank you. It is counted, and helps whoever looks for this error next.",
    Verdict.WRONG: "Thank you. Whoever writes the pages will see what led to the wrong one.",
    Verdict.SOLVED: "Thank you. It is counted, and shown here once five readers have said how it went.",
    Verdict.NOT_SOLVED: "Thank you. It is counted, and shown here once five readers have said how it went.",
    Verdict.CORRECTION: "Thank you. It waits for whoever writes the pages.",
}


@same_origin
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest) -> HttpResponse:
    """Take a reader's word. Who comes without one is led home."""
    if request.method != "POST":
        return redirect("home-show")
    form = FeedbackForm(request.POST)
    page = published_page(*_address(form.data.get("page", "")))
    if page is None:
        return _told(request, form, None, GONE, HTTPStatus.NOT_FOUND)
    refusal = limits.take("feedback", address_of(request))
    if refusal:
        response = _told(request, form, page, str(refusal), HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(refusal.retry_after_s)
        return response
    if not form.is_valid():
        return _told(request, form, page, _first_error(form), HTTPStatus.BAD_REQUEST)
    try:
        _keep(page, form, address_of(request), request.POST.getlist("line"))
    except feedback.UnknownPartError:
        return _told(request, form, page, GONE, HTTPStatus.NOT_FOUND)
    except feedback.QueueFullError:
        busy = (
            "So many words about this page wait to be read that yours is not taken now. Please come back in some days."
        )
        return _told(request, form, page, busy, HTTPStatus.SERVICE_UNAVAILABLE)
    return _told(request, form, page, THANKS[Verdict(form.cleaned_data["verdict"])])


def _keep(page: Page, form: FeedbackForm, address: str, lines: list[str]) -> None:
    said = form.cleaned_data
    verdict = Verdict(said["verdict"])
    if form.is_from_a_program:
        return  # which learns nothing from the answer
    if verdict is Verdict.CORRECTION:
        feedback.suggest(page, said["part"], said["text"])
    else:
        feedback.vote(page, said["part"], verdict, address, lines)


def _told(
    request: HttpRequest, form: FeedbackForm, page: Page | None, message: str, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The sentence for the page's script; for everybody else a page that leads back, with what was typed if need be."""
    if form_for(request.headers.get("Accept", "")) is Form.TEXT:
        response = HttpResponse(f"{message}\n", status=status, content_type=TEXT)
    else:
        following = str(form.data.get("next", "")).replace("\0", "")
        context = {
            "page": page,
            "message": message,
            "is_taken": status == HTTPStatus.OK,
            "form": form,
            "wants_text": form.data.get("verdict") == Verdict.CORRECTION and page is not None,
            "is_from_results": form.data.get("verdict") in feedback.ON_THE_PAGE,
            "following": browse.by_slug([following]).get(following) if following else None,
        }
        response = render(request, "feedback/said.html", context, status=status)
    patch_vary_headers(response, ["Accept"])
    return response


def _first_error(form: FeedbackForm) -> str:
    return next((str(errors[0]) for errors in form.errors.values()), "")


def _address(full_slug: str) -> tuple[str, str]:
    tool, _, slug = full_slug.replace("\0", "").partition("/")
    return tool, slug
