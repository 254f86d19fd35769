"""What the desk's screens have in common: screens of our own inside Django's admin site, beside its lists of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from kb.models import User

ROWS_AT_ONCE = 50
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the desk's navigation, shown to whoever may go there."""

    label: str
    name: str
    """Of its address, inside the admin site."""
    permission: str


def only(permission: str, view: View[P]) -> Callable[..., HttpResponseBase]:
    """The view for those with an account on the desk and this permission; others are asked to log in, or refused."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.has_perm(permission):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    protected: Callable[..., HttpResponseBase] = admin.site.admin_view(checked)
    protected.permission = permission  # type: ignore[attr-defined]  # for the test that walks the desk as each role
    return protected


def person(request: HttpRequest) -> User:
    """Who asks: behind `only` everybody has an account."""
    assert isinstance(request.user, User)
    return request.user


def show(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """A screen of the desk in the admin's dress."""
    return render(request, template, {**admin.site.each_context(request), "title": title, **context}, status=status)


def portion(request: HttpRequest, rows: Any, at_once: int = ROWS_AT_ONCE) -> dict[str, Any]:
    """The rows that `?page=` asks for, as `listing`, and what `_pager.html` needs to lead to the others."""
    others = request.GET.copy()
    others.pop("page", None)
    query = others.urlencode()
    return {
        "listing": Paginator(rows, at_once).get_page(request.GET.get("page")),
        "pager_query": f"{query}&" if query else "",
    }
