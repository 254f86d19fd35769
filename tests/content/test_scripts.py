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
    assert found.packages == ()


def test_what_either_script_needs_is_needed_once() -> None:
    found = scripts(b"# needs: git curl\n", b"# needs: openssl git\n# packages: frob@1.2.3\n")

    assert found.needs == ("git", "curl", "openssl")
    assert (found.reproduce.packages, found.packages) == ((), ("frob@1.2.3",))


def test_packages_have_the_version_that_their_name_says_and_an_alias_is_only_for_comparison() -> None:
    found = scripts(b"# packages: @types/node@20.1.0 frob@5.0.0-rc.1, old@npm:frob@4.47.0\n").reproduce

    assert found.versions == {"@types/node": "20.1.0", "frob": "5.0.0-rc.1"}
    assert found.loose_packages == ()


@pytest.mark.parametrize("package", ["frob", "frob@^1.2.3", "frob@latest", "old@npm:frob", "frob@1", "--global"])
def test_a_package_without_an_exact_version_is_loose(package: str) -> None:
    assert scripts(f"# packages: {package}\n".encode()).reproduce.loose_packages == (package,)


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
