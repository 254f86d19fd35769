"""The site's settings, with one more address: a view that answers with a constant, to compare pages with."""

from kb.settings import *  # noqa: F403

ROOT_URLCONF = "bench.serve_urls"
