from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/errors/ssh/permission-denied-publickey/"
TYPES = (
    "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@graph']"
    ".map(node => node['@type'])"
)


def test_the_policy_lets_a_page_say_what_it_is(tab: Page, site: str) -> None:
    """Structured data stands in a script element that is not run, which `script-src 'self'` does not forbid."""
    refused: list[str] = []
    tab.on("console", lambda message: refused.append(message.text))
    tab.goto(f"{site}{PAGE}")
    assert {"TechArticle", "BreadcrumbList"} <= set(tab.evaluate(TYPES))
    assert refused == []


@pytest.mark.parametrize("address", ["/about", "/privacy", "/errors/ssh/permision-denied-pubickey/"])
def test_the_pages_about_the_site_can_be_read_by_everybody(tab: Page, site: str, address: str) -> None:
    tab.goto(f"{site}{address}")
    results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()
