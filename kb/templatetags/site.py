"""What every template may say of the site; these tags need no `load`."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from kb.rendering import structured_data

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """The name that whoever runs the site gave it."""
    return settings.SITE_NAME


@register.simple_tag
def site_url(path: str = "") -> str:
    """The absolute address of a path of this site, whichever way the request came."""
    return f"{settings.SITE_URL}{path}"


@register.filter
def page_address(full_slug: str) -> str:
    """The path of the page `<tool>/<slug>` for readers."""
    tool, _, slug = full_slug.partition("/")
    return reverse("pages-show", args=[tool, slug])


@register.filter
def ld_json(graph: object) -> SafeString:
    """Structured data as the content of a `<script type="application/ld+json">`."""
    return structured_data.script_content(graph)


@register.simple_tag
def text_limit_mb() -> int:
    """How large a text may be that is matched."""
    return settings.TEXT_LIMIT // (1024 * 1024)


@register.simple_tag
def needs_account() -> bool:
    """Whether everybody who reads this has an account, which the masthead then leads to."""
    return settings.ACCESS == "login"
