"""The site's settings, with state of its own that is gone when the tests end."""

import atexit
import os
import shutil
import tempfile

_kept = {name: value for name, value in os.environ.items() if name in ("KB_DATABASE_URL",)}
for _name in [name for name in os.environ if name.startswith("KB_")]:
    del os.environ[_name]
os.environ.update(_kept)
os.environ["KB_DATA"] = tempfile.mkdtemp(prefix="kb-tests-")
atexit.register(shutil.rmtree, os.environ["KB_DATA"], ignore_errors=True)

from kb.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; only for tests
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
LOOPBACK = [*LOOPBACK, "testserver"]  # noqa: F405  # where the test client believes itself to be
# Content begins anew in each test, so nothing that one saw may be kept for the next.
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405
