"""What hangs on a page beside its wordings and takes effect at once: samples, and old addresses."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from kb.admin.desk import person, show
from kb.admin.drafts import page_at
from kb.forms.pages import AliasesForm, SampleForm
from kb.models import Page, Sample
from kb.services import belongings


def new(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    page = page_at(tool, slug)
    return _sample(request, Sample(page=page), f"New sample of {page}")


def change(request: HttpRequest, pk: int) -> HttpResponse:
    sample = get_object_or_404(Sample.objects.select_related("page"), pk=pk)
    belongings.refuse_unless_may_change(person(request), sample.page)
    if request.method == "POST" and request.POST.get("do") == "remove":
        belongings.drop_sample(sample, person(request))
        messages.success(request, f"{sample.file} is removed.")
        return redirect("admin:desk-page", sample.page.tool_id, sample.page.slug)
    return _sample(request, sample, f"{sample.file} of {sample.page}")


def _sample(request: HttpRequest, sample: Sample, title: str) -> HttpResponse:
    page, form = sample.page, SampleForm(sample, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        belongings.keep_sample(form.sample(), person(request))
        messages.success(request, f"{sample.file} is saved; it counts from now on.")
        return redirect("admin:desk-page", page.tool_id, page.slug)
    return show(
        request, "desk/sample.html", title, status=400 if form.errors else 200, form=form, page=page, sample=sample
    )


def aliases(request: HttpRequest, tool: str, slug: str) -> HttpResponse:
    """The addresses that lead to this page."""
    page = page_at(tool, slug)
    belongings.refuse_unless_may_change(person(request), page)
    form = AliasesForm(page, request.POST or None, initial={"addresses": _lines(page)})
    if request.method == "POST" and form.is_valid():
        try:
            belongings.keep_aliases(page, form.cleaned_data["addresses"], person(request))
        except IntegrityError:
            form.add_error("addresses", "Somebody gave one of these addresses to another page just now.")
        else:
            messages.success(request, "The old addresses are saved and lead here from now on.")
            return redirect("admin:desk-page", tool, slug)
    return show(
        request,
        "desk/aliases.html",
        f"Old addresses of {page}",
        status=400 if form.errors else 200,
        form=form,
        page=page,
    )


def _lines(page: Page) -> str:
    return "\n".join(page.aliases.values_list("address", flat=True))
