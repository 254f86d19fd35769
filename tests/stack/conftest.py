"""One running site for the tests that only look at it, and sites of their own for those that stop or break one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stack.site import Site

NewSite = Callable[..., Site]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site") / "data")
    with site.serving():
        yield site


@pytest.fixture
def new_site(site: Site, tmp_path: Path) -> NewSite:
    """Makes a site that was never started, except that it has its style sheets: collecting them takes seconds."""

    def make(**settings: str) -> Site:
        data = tmp_path / "data"
        shutil.copytree(site.data / "static", data / "static")
        shutil.copy(site.data / "static.stamp", data)
        return Site(data, extra=settings)

    return make
