"""Pages out and in as an archive of their files, for a team that keeps them in a repository of its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from kb.api.description import EXPORT, IMPORT
from kb.api.problems import TokenNeeded
from kb.content.archives import Kind, read_archive
from kb.models import Scope, User
from kb.services import exchange, reviewing
from kb.services.exchange import Change
from kb.services.tokens import token_of

TYPES = {Kind.ZIP: "application/zip", Kind.TAR_GZ: "application/gzip"}

router = Router()


class Exported(Schema):
    kind: Annotated[Kind, Field(description="How it is packed")] = Kind.ZIP


class Imported(Schema):
    dry_run: Annotated[bool, Field(description="`true`: say what would change, and change nothing")] = False


class Coming(Schema):
    slug: Annotated[str, Field(description="`<tool>/<slug>`")]
    change: Annotated[Change, Field(description="`created` or `updated`: what a draft of it would do, in a dry run")]
    notes: Annotated[Sequence[str], Field(description="Why it is refused, or what is worth saying")]


class Outcome(Schema):
    dry_run: bool
    pages: Sequence[Coming]
    left_out: Annotated[Sequence[str], Field(description="Files of the archive that were not read")]


@router.get("", openapi_extra=EXPORT, summary="Export the pages", operation_id="exportPages", url_name="archive")
def export(request: HttpRequest, wanted: Query[Exported]) -> HttpResponseBase:
    """Every public page with its samples, and the list of their tools. Needs a token of the scope `curate`."""
    _curator(request)
    response = StreamingHttpResponse(exchange.export(wanted.kind), content_type=TYPES[wanted.kind])
    response["Cache-Control"] = "no-store"
    return response


@router.post(
    "",
    response=Outcome,
    openapi_extra=IMPORT,
    summary="Import pages as drafts",
    operation_id="importPages",
    url_name="archive",
)
def import_(request: HttpRequest, how: Query[Imported]) -> Any:
    """Each page that is new or different becomes a draft of the token's owner, to be reviewed like any other.

    Needs a token of the scope `curate`, of somebody who may publish. What is refused changes nothing.
    """
    curator = _curator(request)
    if not curator.has_perm(reviewing.PUBLISH):
        raise HttpError(403, "Only those who may publish import pages, and the owner of this token may not.")
    plan = exchange.plan(read_archive(io.BytesIO(request.body)))
    if not how.dry_run:
        plan = exchange.carry_out(plan, curator)
    pages = [Coming(slug=page.slug, change=page.change, notes=page.notes) for page in plan.pages]
    return Outcome(dry_run=how.dry_run, pages=pages, left_out=plan.left_out)


def _curator(request: HttpRequest) -> User:
    """The owner of the token, if it is for this. A session is not enough: a page of another site could use it."""
    token = token_of(request)
    if token is None:
        raise TokenNeeded("Send a token of the scope 'curate' as `Authorization: Bearer …`.")
    if not token.allows(Scope.CURATE):
        raise HttpError(403, "This token is not for this: it lacks 'curate'.")
    return token.owner
