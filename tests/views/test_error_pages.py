from __future__ import annotations

import json

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries, Settings

from kb import urls


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def malformed(request: HttpRequest) -> HttpResponse:
    raise BadRequest("on purpose")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("<script>alert(1)</script>")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("on purpose")


handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [
    *(path(f"{where}fail", fail) for where in ("", "api/v1/")),
    *(path("malformed", malformed), path("missing", missing), path("denied", denied), path("", include(urls))),
]


@pytest.fixture(autouse=True)
def failing_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/fail", 500, "This failed on our side"),
        ("/denied", 403, "Your account may not do this"),
        ("/malformed", 400, "This request cannot be read"),
        ("/missing", 404, "No page at this address"),
        ("/no/such/address", 404, "No page at this address"),
    ],
)
def test_errors_are_told_in_the_dress_of_the_site(address: str, status: int, heading: str) -> None:
    response = Client(raise_request_exception=False).get(address)
    html = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in html
    assert 'class="masthead"' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "on purpose" not in html
    assert "alert(1)" not in html


CASES = [("/fail", 500), ("/denied", 403), ("/malformed", 400), ("/missing", 404), ("/no/such/address", 404)]


@pytest.mark.parametrize(("address", "status"), [*CASES, ("/api/v1/nothing", 404), ("/api/v1/fail", 500)])
def test_who_reads_text_is_told_in_a_line(address: str, status: int) -> None:
    response = Client(raise_request_exception=False, headers={"Accept": "text/plain"}).get(address)
    assert response.status_code == status
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().count("\n") == 1
    assert "on purpose" not in response.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "accept"),
    [
        *((address, status, "application/json") for address, status in CASES),
        *(("/api/v1/nothing", 404, accept) for accept in ("*/*", "text/html", "application/json")),
        *(("/api/v1/fail", 500, accept) for accept in ("*/*", "text/html")),
    ],
)
def test_programs_are_told_by_a_problem_document(address: str, status: int, accept: str) -> None:
    response = Client(raise_request_exception=False, headers={"Accept": accept}).get(address)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = json.loads(response.content)
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["detail"]
    assert "on purpose" not in told["detail"]


@pytest.mark.django_db
def test_our_own_failure_is_told_without_the_database(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert Client(raise_request_exception=False).get("/fail").status_code == 500


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_in_plain_words() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/admin/login/", {"username": "ada"})
    assert response.status_code == 403
    assert "<h1>This form is not known any more</h1>" in response.content.decode()


@pytest.mark.django_db
def test_what_a_client_did_wrong_is_not_logged(caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    too_many = "&".join(f"a{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    assert Client().get(f"/errors/?{too_many}").status_code == 400
    assert Client(enforce_csrf_checks=True).post("/admin/login/").status_code == 403
    assert Client(headers={"Host": "evil.invalid"}).get("/").status_code == 400
    assert caplog.records == []
