"""Accounts at the desk: logging in and out, passwords, people and their roles, tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from kb.admin.desk import portion, show
from kb.forms.accounts import InviteForm, LogInForm, PasswordLinkForm, RoleForm, TokenForm
from kb.models import ApiToken, Scope, User
from kb.queries import people as queries
from kb.services import accounts, limits, roles, signing_in, tokens
from kb.services.clients import address_of

View = TypeVar("View", bound=Callable[..., HttpResponse])


def for_accounts(view: View) -> View:
    """The view for whoever has an account, also for a reader without a place at the desk."""
    protected: View = never_cache(csrf_protect(login_required(view)))
    return protected


def owner_of(request: HttpRequest) -> User:
    """Who asks, behind a view that lets nobody in without an account."""
    assert isinstance(request.user, User)
    return request.user


# --- logging in and out -----------------------------------------------------------------------------------------------


class _Dress:
    """Django's own views of accounts, as screens of the desk."""

    request: HttpRequest

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return {**admin.site.each_context(self.request), **super().get_context_data(**context)}  # type: ignore[misc]


class LogIn(_Dress, auth.LoginView):
    authentication_form = LogInForm
    template_name = "admin/login.html"
    extra_context = {"title": "Log in"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if admin.site.has_permission(request):
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return resolve_url("admin:index" if admin.site.has_permission(self.request) else "home-show")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        signing_in.remember_browser(response, form.get_user(), settings.SESSION_COOKIE_SECURE)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        return _refused(response, form.refusal) if form.refusal else response


def _refused(response: HttpResponse, refusal: limits.Refusal) -> HttpResponse:
    response.status_code = 429
    response["Retry-After"] = str(refusal.retry_after_s)
    return response


log_in = LogIn.as_view()
log_out = auth.LogoutView.as_view(next_page=reverse_lazy("admin:login"))


# --- passwords --------------------------------------------------------------------------------------------------------


class ChangePassword(_Dress, auth.PasswordChangeView):
    template_name = "desk/password.html"
    success_url = reverse_lazy("admin:desk-tokens")
    extra_context = {"title": "Change your password"}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is changed; you are logged out everywhere but here.")
        return super().form_valid(form)


class SetPassword(_Dress, auth.PasswordResetConfirmView):
    """Where the link of an invitation, or of a forgotten password, leads."""

    template_name = "desk/password.html"
    post_reset_login = True
    success_url = reverse_lazy("admin:index")
    title = "Choose a password"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        signing_in.remember_browser(response, form.user, settings.SESSION_COOKIE_SECURE)
        return response if form.user.is_staff else redirect("home-show")


change_password = ChangePassword.as_view()
set_password = SetPassword.as_view()


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Mail a link to whoever has an account with this address. The answer is the same for who has none."""
    if not settings.MAIL_URL:
        return show(request, "desk/forgotten_password.html", TITLE, sends_no_mail=True)
    form = PasswordLinkForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        email = form.cleaned_data["email"]
        refusal = limits.take("login", f"link {address_of(request)}") or limits.take("login", f"link {email.lower()}")
        if refusal:
            form.add_error(None, str(refusal))
            return _refused(show(request, "desk/forgotten_password.html", TITLE, **context), refusal)
        accounts.mail_password_link(queries.with_address(email))
        context["sent_to"] = email
    return show(request, "desk/forgotten_password.html", TITLE, **context)


TITLE = "Forgotten your password?"


# --- people -----------------------------------------------------------------------------------------------------------


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account; invite somebody."""
    form = InviteForm(request.POST or None)
    invited = None
    if form.is_valid():
        told = form.cleaned_data
        invited = accounts.invite(told["username"], told["role"], owner_of(request), told["email"])
        form = InviteForm()
    context = portion(request, queries.everybody())
    context["people"] = [(person, roles.role_of(person)) for person in context["listing"]]
    return show(request, "desk/people.html", "People", form=form, **_link(invited), **context)


def _link(user: User | None) -> dict[str, Any]:
    """What is shown of a link, this once."""
    if user is None:
        return {}
    return {"invited": user, "link": "" if accounts.is_mailed(user) else accounts.password_link(user)}


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its role, its tokens, what it did; shut it or open it."""
    user = get_object_or_404(User, pk=pk)
    told: dict[str, Any] = {}
    if request.method == "POST":
        try:
            told = _do(request, user)
        except accounts.Refused as refused:
            told = {"refused": str(refused)}
        if not told:
            messages.success(request, "Done.")
            return redirect("admin:desk-person", pk)
    return show(
        request,
        "desk/person.html",
        user.get_username(),
        person=user,
        role=roles.role_of(user),
        form=RoleForm(initial={"role": roles.role_of(user)}),
        tokens=ApiToken.objects.filter(owner=user),
        deeds=queries.newest_deeds(user),
        **told,
    )


def _do(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the button says; returns what can be shown this once."""
    actor = owner_of(request)
    match request.POST.get("deed"):
        case "role":
            accounts.give_role(user, request.POST.get("role", ""), actor)
        case "deactivate":
            accounts.deactivate(user, actor)
        case "activate":
            accounts.activate(user, actor)
        case "link":
            return _link(accounts.invite_again(user, actor))
    return {}


# --- tokens -----------------------------------------------------------------------------------------------------------


@for_accounts
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and for administrators everybody's; make one."""
    owner = owner_of(request)
    form = TokenForm(request.POST or None, owner=owner)
    made = None
    if form.is_valid():
        scopes = [Scope(value) for value in form.cleaned_data["scopes"]]
        made = tokens.make(owner, form.cleaned_data["name"], scopes, form.expires_at)
        form = TokenForm(owner=owner)
    context = portion(request, queries.tokens_seen_by(owner))
    return show(request, "desk/tokens.html", "API tokens", form=form, made=made, **context)


@for_accounts
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    owner = owner_of(request)
    token = get_object_or_404(queries.tokens_seen_by(owner), pk=pk)
    tokens.revoke(token, owner)
    messages.success(request, f"{token} is revoked; within {tokens.REMEMBERED_S:.0f} seconds nobody gets in with it.")
    return redirect("admin:desk-tokens")
