"""People, passwords and tokens at the desk, over HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.hashers import get_hashers
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from pytest_django import Settings

from kb.admin.addresses import addresses
from kb.models import ApiToken, Job, Scope, User
from kb.services import accounts, jobs, roles, tokens
from tests import builders

pytestmark = pytest.mark.django_db
PASSWORD = "a long and winding road"
LOGIN, PEOPLE, TOKENS = (reverse(f"admin:{name}") for name in ("login", "desk-people", "desk-tokens"))
FORGOTTEN = reverse("admin:password-forgotten")


def somebody(role: str, name: str = "") -> User:
    user = User.objects.create_user(name or f"some-{role}", f"{name or role}@example.invalid", PASSWORD)
    roles.give(user, role)
    return user


def as_(role: str, name: str = "") -> Client:
    client = Client()
    client.force_login(somebody(role, name))
    return client


# --- who may go where -------------------------------------------------------------------------------------------------

ARGUMENTS: dict[str, Any] = {"uidb64": "MQ", "token": "x", "pk": 1, "tool": "ssh", "slug": "x"}
FOR_EVERYBODY = {"login", "logout", "password-forgotten", "password-set"}
FOR_ACCOUNTS = {"password_change", "desk-tokens", "desk-token-revoke"}
FOR_ADMINISTRATORS = {"desk-people", "desk-person"}


def address_of(pattern: URLPattern) -> str:
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
    return reverse(f"admin:{pattern.name}", kwargs={name: ARGUMENTS.get(name, 1) for name in wanted})


DESK = [pattern for pattern in addresses() if pattern.name not in FOR_EVERYBODY]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("pattern", DESK, ids=lambda pattern: pattern.name)
def test_a_stranger_is_led_to_the_login_from_every_address_of_the_desk(pattern: URLPattern, method: str) -> None:
    address = address_of(pattern)
    answer = getattr(Client(), method)(address)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{LOGIN}?next={address}"


@pytest.mark.parametrize("pattern", DESK, ids=lambda pattern: pattern.name)
def test_a_reader_has_no_place_at_the_desk(pattern: URLPattern) -> None:
    status = as_(roles.READER).get(address_of(pattern)).status_code
    assert (status == 302) == (pattern.name not in FOR_ACCOUNTS)


@pytest.mark.parametrize("role", [roles.AUTHOR, roles.REVIEWER])
@pytest.mark.parametrize("name", sorted(FOR_ADMINISTRATORS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_people_are_for_administrators(role: str, name: str, method: str) -> None:
    pattern = next(pattern for pattern in DESK if pattern.name == name)
    assert getattr(as_(role), method)(address_of(pattern)).status_code == 403


@pytest.mark.parametrize("role", [roles.AUTHOR, roles.REVIEWER, roles.ADMINISTRATOR])
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_role_comes_where_its_table_says_and_nowhere_else(role: str, method: str) -> None:
    client = as_(role)
    somebody_of_it = User.objects.get(username=f"some-{role}")
    wrong = {}
    for pattern in DESK:
        if pattern.name in FOR_ACCOUNTS:
            continue
        may = somebody_of_it.has_perm(getattr(pattern.callback, "permission"))  # noqa: B009
        status = getattr(client, method)(address_of(pattern)).status_code
        if (status == 403) == may:
            wrong[pattern.name] = status
    assert wrong == {}


ROWS_CHANGED = {("tool", "add"): roles.REVIEWER, ("tool", "change"): roles.REVIEWER}
"""What may be written on Django's own screens, and from which role on; everything else goes through the desk."""


@pytest.mark.parametrize("role", [roles.AUTHOR, roles.REVIEWER, roles.ADMINISTRATOR])
def test_rows_are_written_by_the_desk_and_hardly_by_lists_of_rows(role: str) -> None:
    request = RequestFactory().get("/")
    request.user = somebody(role)
    may = {
        (model._meta.model_name, deed)
        for model, screen in admin.site._registry.items()
        for deed in ("add", "change", "delete")
        if getattr(screen, f"has_{deed}_permission")(request)
    }
    order = roles.ROLES.index
    assert may - {("tool", "delete")} == {deed for deed, least in ROWS_CHANGED.items() if order(role) >= order(least)}


@pytest.mark.parametrize("role", [roles.AUTHOR, roles.REVIEWER])
@pytest.mark.parametrize("model", ["kb_user", "kb_apitoken", "admin_logentry"])
def test_accounts_tokens_and_the_audit_trail_are_not_for_curators(role: str, model: str) -> None:
    assert as_(role).get(reverse(f"admin:{model}_changelist")).status_code == 403


def test_an_administrator_reads_the_audit_trail_and_changes_nothing_in_it() -> None:
    boss = as_(roles.ADMINISTRATOR)
    boss.post(PEOPLE, {"username": "eve", "role": roles.AUTHOR, "email": ""})
    trail = reverse("admin:admin_logentry_changelist")
    shown = boss.get(trail, {"q": "eve"})
    assert b"invited as author" in shown.content
    assert boss.get(reverse("admin:admin_logentry_add")).status_code == 403
    entry = shown.context["cl"].result_list[0]
    assert boss.post(reverse("admin:admin_logentry_change", args=(entry.pk,)), {}).status_code == 403
    assert boss.post(reverse("admin:admin_logentry_delete", args=(entry.pk,)), {"post": "yes"}).status_code == 403


# --- logging in -------------------------------------------------------------------------------------------------------


def log_in(name: str, password: str, **more: str) -> Any:
    return Client().post(LOGIN, {"username": name, "password": password, **more})


def test_a_curator_comes_to_the_desk_and_a_reader_to_the_site() -> None:
    somebody(roles.AUTHOR, "eve")
    somebody(roles.READER, "ada")
    assert log_in("eve", PASSWORD).headers["Location"] == reverse("admin:index")
    assert log_in("ada", PASSWORD).headers["Location"] == "/"


@pytest.mark.parametrize("name", ["eve", "nobody", "shut"])
def test_a_wrong_password_an_unknown_name_and_a_shut_account_are_told_the_same(name: str) -> None:
    somebody(roles.AUTHOR, "eve")
    User.objects.create_user("shut", password=PASSWORD, is_active=False)
    answer = log_in(name, "wrong" if name == "eve" else PASSWORD)
    said = answer.context["form"].non_field_errors()
    assert said == ["Please enter a correct username and password. Note that both fields may be case-sensitive."]


@pytest.mark.parametrize("name", ["eve", "nobody", "shut"])
def test_a_password_is_hashed_whether_or_not_there_is_such_an_account(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the time tells nothing."""
    somebody(roles.AUTHOR, "eve")
    User.objects.create_user("shut", password=PASSWORD, is_active=False)
    hasher = type(get_hashers()[0])
    encode = hasher.encode
    hashed = []

    def counted(self: Any, *args: Any) -> Any:
        hashed.append(args)
        return encode(self, *args)

    monkeypatch.setattr(hasher, "encode", counted)
    log_in(name, "wrong")
    assert len(hashed) == 1


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", r"\\evil.example", "javascript:alert(1)", "/\t/evil.example"],
)
def test_a_login_leads_to_no_other_site(elsewhere: str) -> None:
    somebody(roles.AUTHOR, "eve")
    assert log_in("eve", PASSWORD, next=elsewhere).headers["Location"] == reverse("admin:index")
    assert b"evil" not in Client().get(LOGIN, {"next": elsewhere}).content


def test_a_login_leads_to_where_one_wanted_to_go() -> None:
    somebody(roles.ADMINISTRATOR, "boss")
    assert log_in("boss", PASSWORD, next=PEOPLE).headers["Location"] == PEOPLE


def test_logging_out_needs_a_form_of_ours() -> None:
    client = as_(roles.READER)
    assert client.get(reverse("admin:logout")).status_code == 405
    assert client.post(reverse("admin:logout")).headers["Location"] == LOGIN
    assert client.get(TOKENS).status_code == 302


def test_the_forms_refuse_what_another_site_sends() -> None:
    somebody(roles.AUTHOR, "eve")
    strict = Client(enforce_csrf_checks=True)
    for address in (LOGIN, FORGOTTEN):
        assert strict.post(address, {"username": "eve", "password": PASSWORD}).status_code == 403
    strict.force_login(User.objects.get(username="eve"))
    assert strict.post(TOKENS, {"name": "x", "scopes": "read", "days": 30}).status_code == 403


# --- a forgotten password ---------------------------------------------------------------------------------------------


def ask_for_a_link(email: str) -> Any:
    return Client().post(FORGOTTEN, {"email": email})


def test_whoever_asks_for_a_link_is_told_the_same_and_as_much_is_done(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    somebody(roles.AUTHOR, "eve")
    answers, taken = [], []
    for email in ("eve@example.invalid", "eva@example.invalid"):
        with CaptureQueriesContext(connection) as captured:
            answers.append(ask_for_a_link(email).content.replace(email.encode(), b"?"))
        taken.append(len(captured))
    assert re.sub(rb'csrf\w+" value="\w+', b"", answers[0]) == re.sub(rb'csrf\w+" value="\w+', b"", answers[1])
    assert taken[0] == taken[1]
    for job in Job.objects.all():
        jobs.run(job.pk)
    assert [message.to for message in mail.outbox] == [["eve@example.invalid"]]


def test_a_site_without_mail_says_who_gives_a_link() -> None:
    somebody(roles.AUTHOR, "eve")
    assert b"This site sends no mail" in Client().get(FORGOTTEN).content
    assert b"This site sends no mail" in ask_for_a_link("eve@example.invalid").content
    assert not Job.objects.exists()


def test_links_are_not_asked_for_without_end(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    settings.LIMITED, settings.LIMITS = True, {**settings.LIMITS, "login": (2, 3600)}
    statuses = [ask_for_a_link("eve@example.invalid").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_a_link_names_the_site_as_it_is_set_and_not_as_the_request_says(settings: Settings) -> None:
    settings.SITE_URL = "https://errors.example.org"
    link = accounts.password_link(somebody(roles.AUTHOR, "eve"))
    assert link.startswith("https://errors.example.org/admin/password/set/")


# --- people -----------------------------------------------------------------------------------------------------------


def test_an_administrator_invites_and_sees_the_link_once() -> None:
    boss = as_(roles.ADMINISTRATOR)
    invited = boss.post(PEOPLE, {"username": "eve", "role": roles.AUTHOR, "email": ""})
    link = re.search(r"http://\S+/password/set/[\w/-]+", invited.content.decode())
    assert link
    assert invited.headers["Cache-Control"].count("no-store") == 1
    assert link[0] not in boss.get(PEOPLE).content.decode()
    chosen = Client()
    form = chosen.get(link[0], follow=True).redirect_chain[-1][0]
    done = chosen.post(form, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert done.headers["Location"] == reverse("admin:index")
    assert chosen.get(reverse("admin:index")).status_code == 200


def test_where_it_is_mailed_the_link_is_not_shown(settings: Settings) -> None:
    settings.MAIL_URL = "smtp://mail.invalid"
    told = as_(roles.ADMINISTRATOR).post(PEOPLE, {"username": "eve", "role": "author", "email": "eve@example.invalid"})
    assert b"is mailed to eve@example.invalid" in told.content
    assert b"/password/set/" not in told.content


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("username", "", "This field is required."),
        ("username", "SOME-administrator", "Somebody has this name already."),
        ("username", "<b>x</b>", "Enter a valid username."),
        ("username", "x" * 151, "at most 150 characters"),
        ("email", "nowhere", "Enter a valid email address."),
        ("email", "Administrator@example.invalid", "Somebody has this address already."),
        ("role", "emperor", "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_beside_its_field(field: str, value: str, said: str) -> None:
    boss = as_(roles.ADMINISTRATOR)
    form = {"username": "eve", "email": "eve@example.invalid", "role": "author", field: value}
    answer = boss.post(PEOPLE, form)
    assert said in answer.context["form"].errors[field][0]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not User.objects.filter(username="eve").exists()
    kept = "eve@example.invalid" if field != "email" else "eve"
    assert kept in answer.content.decode()


def test_a_hostile_name_is_shown_as_text() -> None:
    name = "<script>alert(1)</script>"
    hostile = User.objects.create(username=name, email=f"{name}@x")
    boss = as_(roles.ADMINISTRATOR)
    tokens.make(hostile, name, (Scope.READ,))
    screens = [PEOPLE, reverse("admin:desk-person", args=(hostile.pk,)), TOKENS]
    own = Client()
    own.force_login(hostile)
    for shown in [*(boss.get(screen).content for screen in screens), own.get(TOKENS).content]:
        assert b"&lt;script&gt;alert(1)" in shown
        assert b"<script>alert(1)" not in shown


@pytest.mark.parametrize("deed", ["deactivate", "role", "unheard-of"])
def test_a_deed_that_is_refused_says_why_and_does_nothing(deed: str) -> None:
    boss = somebody(roles.ADMINISTRATOR, "boss")
    client = Client()
    client.force_login(boss)
    answer = client.post(reverse("admin:desk-person", args=(boss.pk,)), {"deed": deed, "role": roles.AUTHOR})
    assert ("refused" in (answer.context or {})) == (deed != "unheard-of")
    boss.refresh_from_db()
    assert boss.is_active
    assert boss.is_superuser


def test_an_account_is_shut_opened_and_given_another_role_on_its_screen() -> None:
    boss, eve = as_(roles.ADMINISTRATOR), somebody(roles.AUTHOR, "eve")
    screen = reverse("admin:desk-person", args=(eve.pk,))
    boss.post(screen, {"deed": "role", "role": roles.REVIEWER})
    assert roles.role_of(User.objects.get(pk=eve.pk)) == roles.REVIEWER
    boss.post(screen, {"deed": "deactivate"})
    assert not User.objects.get(pk=eve.pk).is_active
    assert b"deactivated" in boss.post(screen, {"deed": "link"}).content
    boss.post(screen, {"deed": "activate"})
    assert b"/password/set/" in boss.post(screen, {"deed": "link"}).content


@pytest.mark.parametrize("screen", [PEOPLE, TOKENS, reverse("admin:admin_logentry_changelist")])
def test_many_people_take_as_many_queries_as_few(screen: str) -> None:
    boss, taken = as_(roles.ADMINISTRATOR), []
    for begin, end in ((0, 3), (3, 30)):
        for number in range(begin, end):
            tokens.make(somebody(roles.AUTHOR, f"author-{number}"), "CI", (Scope.READ,))
        boss.get(screen)
        with CaptureQueriesContext(connection) as captured:
            boss.get(screen)
        taken.append(len(captured))
    assert taken[0] == taken[1]


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_works() -> None:
    client = as_(roles.AUTHOR)
    made = client.post(TOKENS, {"name": "CI", "scopes": ["read", "match"], "days": "30"})
    text = re.search(r"kbt_[\w-]{43}", made.content.decode())
    assert text
    assert text[0] not in client.get(TOKENS).content.decode()
    assert ApiToken.objects.get().scopes == ["read", "match"]
    assert ApiToken.objects.get().expires_at is not None


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "a\u202eb"), ("name", "x" * 81), ("scopes", "all"), ("days", "12")]
)
def test_what_is_wrong_with_a_token_is_said_beside_its_field(field: str, value: str) -> None:
    answer = as_(roles.AUTHOR).post(TOKENS, {"name": "CI", "scopes": "read", "days": "30", field: value})
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("role", "most"), [(roles.READER, 2), (roles.AUTHOR, 2), (roles.REVIEWER, 3), (roles.ADMINISTRATOR, 4)]
)
def test_a_token_may_no_more_than_its_owner(role: str, most: int) -> None:
    client = as_(role)
    assert len(client.get(TOKENS).context["form"].fields["scopes"].choices) == most
    client.post(TOKENS, {"name": "x", "scopes": ["metrics"], "days": "0"})
    assert ApiToken.objects.exists() == (role == roles.ADMINISTRATOR)


def test_nobody_sees_or_revokes_the_token_of_another_but_an_administrator() -> None:
    made = tokens.make(builders.a_user(), "of ada", (Scope.READ,))
    revoke = reverse("admin:desk-token-revoke", args=(made.token.pk,))
    reviewer, boss = as_(roles.REVIEWER), as_(roles.ADMINISTRATOR)
    assert b"of ada" not in reviewer.get(TOKENS).content
    assert reviewer.post(revoke).status_code == 404
    assert b"of ada" in boss.get(TOKENS).content
    assert boss.get(revoke).status_code == 405
    boss.post(revoke)
    assert ApiToken.objects.get().state == "revoked"
