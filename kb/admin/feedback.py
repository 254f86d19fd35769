"""The queue of what readers said: corrections, and pages that were not the right ones."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kb.admin.desk import portion, show
from kb.forms.feedback import QueueFilterForm, SettleForm
from kb.models import Feedback, FeedbackState, MoveRefusedError, User
from kb.queries import readers
from kb.services.feedback import settle


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, in portions; several can be settled at once."""
    form = SettleForm(_given(request)) if request.method == "POST" else SettleForm()
    if form.is_valid():
        _settle(request, form)
        return redirect(request.get_full_path())
    narrowed = QueueFilterForm(request.GET or {"state": FeedbackState.OPEN.value})
    wanted = narrowed.wanted()
    given = portion(request, readers.queue(**wanted))
    drafts = readers.open_drafts(report.page_id for report in given["listing"])
    context = {
        "narrowed": narrowed,
        "votes": readers.votes_on(wanted["of"]) if wanted["of"] else [],
        "form": form,
        "chosen": set(request.POST.getlist("chosen")),
        "all": "all" in request.POST,
        "rows": [(report, drafts.get(report.page_id, [])) for report in given["listing"]],
    }
    return show(request, "desk/readers.html", "What readers say", 400 if form.is_bound else 200, **context, **given)


def _given(request: HttpRequest) -> QueryDict:
    """With "all of these", what stood on the screen is chosen, and not what has come since."""
    given = request.POST.copy()
    if "all" in given:
        given.setlist("chosen", given.getlist("shown"))
    return given


def of_page(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """All that was said of one page."""
    return redirect(f"{reverse('admin:desk-readers')}?{urlencode({'of': f'{tool}/{slug}'})}")


def _settle(request: HttpRequest, form: SettleForm) -> None:
    state = FeedbackState(form.cleaned_data["to"])
    settled = 0
    for report in form.cleaned_data["chosen"]:
        try:
            settle(report, state, cast("User", request.user), form.cleaned_data["reason"])
            settled += 1
        except (MoveRefusedError, Feedback.DoesNotExist) as refusal:
            messages.error(request, str(refusal))
    if settled:
        messages.success(request, f"{settled} {'is' if settled == 1 else 'are'} {state.label.lower()} now.")
