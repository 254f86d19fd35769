from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from kb import urls


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def malformed(request: HttpRequest) -> HttpResponse:
    from django.core.exceptions import BadRequest

    raise BadRequest("on purpose")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("<script>alert(1)</script>")


urlpatterns = [path("fail", fail), path("malformed", malformed), path("missing", missing), path("", include(urls))]


@pytest.fixture(autouse=True)
def failing_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/fail", 500, "This failed on our side"),
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
    assert "on purpose" not in html
    assert "alert(1)" not in html
