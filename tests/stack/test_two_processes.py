"""What is done at the desk through one web process holds in the other. (A revoked token: `test_accounts`.)"""

from __future__ import annotations

import httpx
import pytest

from tests.stack.compose import Web
from tests.stack.conftest import NewStack
from tests.stack.site import PATIENCE_S, wait_for
from tests.stack.test_accounts import PASSWORD, fill

pytestmark = pytest.mark.slow

DENIED = "git@x.invalid: Permission denied (publickey)."
ADDRESS = "/errors/ssh/permission-denied-publickey/"
A_DRAFT_IN_REVIEW = f"""
from kb.models import User
from kb.services import reviewing
from tests import builders
User.objects.create_superuser("grace", password={PASSWORD!r})
author = builders.a_curator("ada")
draft = builders.a_draft(builders.a_published_page(), author, title="What ada found out")
reviewing.submit(draft, author, "look at it")
print(draft.pk)
"""


def title_in(web: Web) -> str:
    matches = web.paste(DENIED)["matches"]
    return str(matches[0]["title"]) if matches else ""


def test_a_page_published_at_the_desk_of_one_process_is_answered_by_the_other(new_stack: NewStack) -> None:
    stack = new_stack()
    with stack.redis(), stack.web("web-1") as one, stack.web("web-2") as other:
        draft = stack.python(A_DRAFT_IN_REVIEW)
        for web in (one, other):
            wait_for(lambda web=web: title_in(web))  # type: ignore[misc]
            assert title_in(web) != "What ada found out"
            assert "What ada found out" not in web.get(ADDRESS).text
        with httpx.Client(base_url=one.address, timeout=PATIENCE_S) as browser:
            fill(browser, "/admin/login/", username="grace", password=PASSWORD)
            done = fill(browser, f"/admin/desk/drafts/{draft}/review", do="publish")
        assert stack.rows(f"select live_revision_id from kb_page where live_revision_id = {draft}"), done.text
        for web in (other, one):
            wait_for(lambda web=web: title_in(web) == "What ada found out")  # type: ignore[misc]
            wait_for(lambda web=web: "What ada found out" in web.get(ADDRESS).text)  # type: ignore[misc]
        assert stack.rows(f"select count(*) from kb_page where live_revision_id = {draft}") == [(1,)]
        assert stack.rows("select count(*) from kb_revision") == [(2,)]
