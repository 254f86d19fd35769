from __future__ import annotations

import pytest

from kb.content.platforms import platforms_in


@pytest.mark.parametrize(
    ("said", "platforms"),
    [
        (["GitHub Actions, self-hosted"], ("github-actions",)),
        (["Windows", "macOS 14 and later", "Ubuntu"], ("linux", "macos", "windows")),
        (["GitLab Runner"], ("gitlab-ci",)),
        (["Jenkins behind docker"], ("docker", "jenkins")),
        (["dockerless", "", "your own Git server"], ()),
    ],
)
def test_platforms_are_read_from_the_words_of_a_page(said: list[str], platforms: tuple[str, ...]) -> None:
    assert set(platforms_in(said)) == set(platforms)


def test_platforms_come_in_the_order_of_the_list_each_once() -> None:
    assert platforms_in(["Windows and Linux", "Linux"]) == ("linux", "windows")
