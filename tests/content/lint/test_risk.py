from __future__ import annotations

from typing import Any

import pytest

from kb.content.lint.risk import hiding_command
from tests.content.builders import codes, folder, page_fields


def fix(key: str, code: str, **changes: Any) -> dict[str, Any]:
    return {**page_fields()["fixes"][0], "key": key, "body": f"```\n{code}\n```", **changes}


@pytest.mark.parametrize(
    "command",
    [
        "git push --force",
        "git push -f origin main",
        "curl -k https://x.invalid",
        "curl -sSk https://x.invalid",
        "curl --insecure https://x.invalid",
        "chmod -R 777 .",
        "git config --global http.sslVerify false",
        "git -c http.sslVerify=false clone x",
        "ssh -o StrictHostKeyChecking=no x",
        "  StrictHostKeyChecking no",
        "requests.get(url, verify=False)",
        "export NODE_TLS_REJECT_UNAUTHORIZED=0",
        'GIT_SSL_NO_VERIFY: "true"',
        "npm install --legacy-peer-deps",
        "pip install --trusted-host x y",
    ],
)
def test_commands_that_hide_a_problem_are_known(command: str) -> None:
    assert hiding_command(command)


@pytest.mark.parametrize(
    "command",
    [
        "git push --force-with-lease",
        "git fetch --tags --force",
        "# never git push --force",
        "curl -fsSL https://x.invalid",
        "kubectl apply -k overlays",
        "chmod 600 key",
        "ssh -o StrictHostKeyChecking=accept-new x",
        "verify=True",
    ],
)
def test_commands_that_only_look_alike_are_left_alone(command: str) -> None:
    assert hiding_command(command) == ""


def test_a_fix_that_hides_the_problem_says_so() -> None:
    assert codes(folder(fixes=[fix("register", "git push --force")])) == ["KB050"]
    assert codes(folder(fixes=[fix("register", "git push --force", risk="careful")])) == []


def test_prose_may_name_what_not_to_do() -> None:
    fixes = [{**page_fields()["fixes"][0], "body": "Never use `git push --force` here."}]

    assert codes(folder(fixes=fixes)) == []


def test_the_quick_fix_never_hides_the_problem() -> None:
    assert codes(folder(quick_fix={"text": "x", "command": "chmod 777 ."})) == ["KB050"]


def test_what_hides_the_problem_comes_after_what_ends_it() -> None:
    hiding, ending = fix("hide", "curl -k x", risk="careful"), fix("register", "frobnicate register")

    assert codes(folder(fixes=[hiding, ending], steps=page_fields()["steps"])) == ["KB051"]
    assert codes(folder(fixes=[ending, hiding])) == []
