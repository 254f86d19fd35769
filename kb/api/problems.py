"""Errors of the API as problem documents (RFC 9457), or as a line of text for who asked for text."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from kb.content.archives import ArchiveRefusedError
from kb.refusals import Form, form_for, told
from kb.services.exchange import ImportRefusedError
from kb.services.texts import NotText, TooLarge


class UnsupportedType(ValueError):
    """A body of a kind that this door does not read."""

    def __init__(self, content_type: str) -> None:
        super().__init__(
            f"'{content_type}' is not read here: send text/plain, application/json with {{\"text\": …}}, "
            "or a file as multipart/form-data"
        )


class TokenNeeded(Exception):
    """Nobody is let in here without a token."""


def problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """Say what is wrong and how to mend it, in the form that the client reads."""
    kind, body = told(_form(request), status, detail)
    return HttpResponse(body, status=status, content_type=kind)


def wants_text(request: HttpRequest) -> bool:
    """Whether the client reads text rather than JSON; who takes anything gets JSON."""
    return _form(request) is Form.TEXT


def _form(request: HttpRequest) -> Form:
    return form_for(request.headers.get("Accept", ""), "/api/")


def register(api: NinjaAPI) -> None:
    """Answer every error of this API as a problem document."""

    def answer(status: int, kind: type[Exception]) -> None:
        api.add_exception_handler(kind, lambda request, error: problem(request, status, str(error)))

    answer(400, NotText)
    answer(400, ArchiveRefusedError)
    answer(400, ImportRefusedError)
    answer(413, TooLarge)
    answer(415, UnsupportedType)

    @api.exception_handler(TokenNeeded)
    def _no_token(request: HttpRequest, error: TokenNeeded) -> HttpResponse:
        response = problem(request, 401, str(error))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        told = "; ".join(f"{part['loc'][-1]}: {part['msg']}" for part in error.errors)
        return problem(request, 400, told)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, str(error))

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(request, 404, str(error) or "Nothing is at this address.")
