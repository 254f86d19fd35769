"""Where errors happen, as a closed list: pages say it in words, readers choose from names."""

from __future__ import annotations

import re
from collections.abc import Iterable

PLATFORMS = {
    "github-actions": "GitHub Actions",
    "gitlab-ci": "GitLab CI",
    "azure-pipelines": "Azure Pipelines",
    "bitbucket-pipelines": "Bitbucket Pipelines",
    "circleci": "CircleCI",
    "jenkins": "Jenkins",
    "docker": "Docker",
    "kubernetes": "Kubernetes",
    "linux": "Linux",
    "macos": "macOS",
    "windows": "Windows",
}
"""The names of the platforms that lists can be narrowed to, by the word that stands in an address."""

_ALSO_CALLED = {
    "gitlab-ci": "GitLab Runner",
    "azure-pipelines": "Azure DevOps",
    "linux": "Ubuntu|Debian|Fedora|Alpine|RHEL|CentOS",
}
_NAMED = {
    key: re.compile(rf"\b(?:{re.escape(name)}|{_ALSO_CALLED.get(key, re.escape(name))})\b", re.IGNORECASE)
    for key, name in PLATFORMS.items()
}


def platforms_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The platforms that these words name, in the order of the list."""
    said = "\n".join(texts)
    return tuple(key for key, name in _NAMED.items() if name.search(said))
