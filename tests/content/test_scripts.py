from __future__ import annotations

import pytest

from kb.content.scripts import Scripts


def scripts(reproduce: bytes, fixed: bytes | None = None) -> Scripts:
    files = {"reproduce.sh": reproduce} | ({} if fixed is None else {"fixed.sh": fixed})
    found = Scripts.among(files)
    assert found
    return found


def test_a_folder_without_the_script_that_shows_the_error_has_none() -> None:
    assert Scripts.among({"page.yaml": b"", "fixed.sh": b"true\n"}) is None


def test_needs_are_read_from_the_comment_lines_before_the_first_command() -> None:
    found = scripts(
        b"#!/usr/bin/env bash\n# Shows it.\n# needs: git sshd, openssl\n\n#needs: curl\nset -e\n# needs: gcc\n"
    )

    assert found.needs == ("git", "sshd", "openssl", "curl")
    assert found.installs == ()


def test_what_either_script_needs_is_needed_once() -> None:
    assert scripts(b"# needs: git curl\n", b"# needs: openssl git\n# installs: npm\n").needs == (
        "git",
        "curl",
        "openssl",
    )
    assert scripts(b"# needs: git\n", b"# installs: npm\n").installs == ("npm",)


@pytest.mark.parametrize(
    "line", [b"# It needs: git\n", b"echo '# needs: git'\n", b"needs: git\n", b"\xff\n# needs: git\n"]
)
def test_only_a_comment_of_its_own_declares_something(line: bytes) -> None:
    assert scripts(line).needs == ()


def test_the_digest_changes_with_either_script_and_with_where_one_ends() -> None:
    found = [
        scripts(b"a"),
        scripts(b"b"),
        scripts(b"a", b"b"),
        scripts(b"ab", b""),
        scripts(b"", b"ab"),
    ]

    assert len({one.digest for one in found}) == len(found)
    assert scripts(b"a", b"b").digest == scripts(b"a", b"b").digest
