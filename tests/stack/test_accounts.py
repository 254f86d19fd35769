"""A site for those with an account, in real processes: from the first administrator to a token that is revoked."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from kb.services import tokens
from tests.redis_server import redis_server
from tests.stack.conftest import NewSite
from tests.stack.site import Site, wait_for

PASSWORD = "a long and winding road"


def fill(browser: httpx.Client, address: str, **fields: object) -> httpx.Response:
    """Send the form that stands there, as a browser does."""
    form = browser.get(address, follow_redirects=True)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
    return browser.post(str(form.url), data={**hidden, **fields}, follow_redirects=True)


def asked_with(site: Site, token: str) -> set[int]:
    """What the processes answer to this token; each connection may get to another one of them."""
    headers = {"Authorization": f"Bearer {token}"}
    return {httpx.get(f"{site.address}/api/v1/pages", headers=headers).status_code for _ in range(12)}


def test_from_the_first_administrator_to_a_revoked_token(new_site: NewSite, tmp_path: Path) -> None:
    with redis_server(tmp_path) as redis:
        site = new_site(KB_ACCESS="login", KB_REDIS_URL=redis, KB_WEB_PROCESSES="2")
        with site.serving(), httpx.Client(base_url=site.address) as browser:
            stranger = browser.get("/errors/", headers={"Accept": "text/html"})
            assert stranger.headers["Location"] == "/admin/login/?next=%2Ferrors%2F"
            assert httpx.post(f"{site.address}/api/v1/match", content="x").status_code == 401
            assert browser.get("/healthz").status_code == browser.get("/readyz").status_code == 200

            link = site.manage("invite", "boss", "--role", "administrator").stdout.split()[-1]
            address = link.replace(link.split("/admin/")[0], site.address)
            assert "Log out" in fill(browser, address, new_password1=PASSWORD, new_password2=PASSWORD).text
            assert browser.get("/errors/").status_code == 200

            made = fill(browser, "/admin/desk/tokens/", name="CI", scopes="read", days="30")
            token = re.search(r"kbt_[\w-]{43}", made.text)
            assert token
            assert asked_with(site, token[0]) == {200}
            revoke = re.search(r'action="(/admin/desk/tokens/\d+/revoke/)"', made.text)
            csrf = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', made.text)
            assert revoke
            assert csrf
            browser.post(revoke[1], data={"csrfmiddlewaretoken": csrf[1]})
            wait_for(lambda: asked_with(site, token[0]) == {401}, tokens.REMEMBERED_S + 5)
