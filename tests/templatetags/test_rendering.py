from __future__ import annotations

import pytest
from django.template import Context, Template

from tests.hostile import HOSTILE, dangers


@pytest.mark.parametrize("used", ["prose", "prose:4", "line", "command", "printed"])
@pytest.mark.parametrize("text", HOSTILE)
def test_every_filter_leaves_nothing_that_can_run(used: str, text: str) -> None:
    html = Template("{% load rendering %}{{ text|" + used + "|safe }}").render(Context({"text": text}))
    assert dangers(html) == []


def test_template_syntax_in_a_text_is_not_evaluated() -> None:
    template = Template("{% load rendering %}{{ text|line }}")
    assert template.render(Context({"text": "{{ secret }}{% debug %}", "secret": "x"})) == "{{ secret }}{% debug %}"
