"""Every setting of the site. An installation changes them by the KB_* variables read here, and by nothing else.

A variable that is not known or whose value cannot be used stops the start with a sentence that says how to mend it.
`docs/operations.md` lists them all.
"""

import os
import re
import secrets
import sys
import tempfile
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

_MAIL_ADDRESS = re.compile(r"(?:mailto:)?[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*", re.ASCII)
_HTTPS_ADDRESS = re.compile(r"https://[^\s/?#@<>\"']+(?:[/?#][^\s<>\"']*)?")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WINDOWS = {"minute": _MINUTE, "hour": _HOUR, "day": _DAY}
_LIMIT = re.compile(r"(?P<kind>[a-z]+)\s*=\s*(?P<most>[1-9][0-9]{0,12})/(?P<window>minute|hour|day)", re.ASCII)

MAIL_SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""How a mail server is spoken to, and on which port it then listens. Plain smtp is for one on the same machine."""


class Environment:
    """Reads KB_* variables strictly: an unknown name or an unusable value is refused."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """The value of `name`. A blank one counts as not given: compose files pass unset variables so."""
        self._known.add(name)
        return self._variables.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """Like `text`, or read from the file that `<name>_FILE` names, as container platforms hand out secrets."""
        value, file = self.text(name), self.text(f"{name}_FILE")
        if not file:
            return value
        if value:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one of them")
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE is '{file}', which cannot be read: {error.strerror}") from error

    def flag(self, name: str) -> bool:
        return self.choice(name, ("0", "1")) == "1"

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of `choices`; the first is the default."""
        value = self.text(name, choices[0])
        if value not in choices:
            raise ImproperlyConfigured(f"{name} is '{value}'; use {' or '.join(choices)}")
        return value

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
            raise ImproperlyConfigured(f"{name} is '{value}'; use a whole number from {lowest} to {highest}")
        return int(value)

    def address(self, name: str, schemes: tuple[str, ...], example: str) -> str:
        """An address with one of `schemes`. The value is not repeated in the refusal: it may hold a password."""
        value = self.secret(name)
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in schemes and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise ImproperlyConfigured(
                f"{name} is not an address that begins with {' or '.join(schemes)}: use {example}"
            )
        return value

    def origin(self, name: str) -> str:
        """Scheme, host and port of a site: `https://errors.example.org`."""
        value = self.text(name).rstrip("/")
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            is_origin = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_origin = False
        if not is_origin or value.count("/") != 2 or set("?#@") & set(value):
            raise ImproperlyConfigured(
                f"{name} is '{value}'; use scheme and host without a path: https://errors.example.org"
            )
        return value

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks in CIDR form, separated by commas: `10.0.0.0/8, fd00::/8`."""
        try:
            return tuple(ip_network(part.strip()) for part in self.text(name).split(",") if part.strip())
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}; use networks like 10.0.0.0/8, fd00::/8") from error

    def limits(self, name: str, defaults: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """How much of each kind within how many seconds, as `match=120/minute, bytes=1000000000/hour`; the kinds that
        are not named keep their defaults."""
        limits = dict(defaults)
        for part in filter(None, (part.strip() for part in self.text(name).split(","))):
            found = _LIMIT.fullmatch(part)
            if not found or found["kind"] not in defaults:
                raise ImproperlyConfigured(
                    f"{name}: '{part}' is no limit; use {', '.join(defaults)} with a number for each minute, hour or"
                    " day: match=120/minute, bytes=1000000000/hour"
                )
            limits[found["kind"]] = int(found["most"]), _WINDOWS[found["window"]]
        return limits

    def line(self, name: str, default: str, longest: int) -> str:
        """A short text for people, in one line."""
        value = self.text(name, default)
        if len(value) > longest or not value.isprintable():
            raise ImproperlyConfigured(f"{name} is '{value}'; use one line of at most {longest} characters")
        return value

    def contact(self, name: str) -> str:
        """Where somebody is reached, as a URI: a mail address becomes `mailto:…`, an https address stays."""
        value = self.text(name)
        if not value or _HTTPS_ADDRESS.fullmatch(value):
            return value
        if not _MAIL_ADDRESS.fullmatch(value):
            raise ImproperlyConfigured(
                f"{name} is '{value}'; use a mail address or an address that begins with https://"
            )
        return f"mailto:{value.removeprefix('mailto:')}"

    def refuse_unknown(self) -> None:
        """Whoever writes KB_DEBUGG believes something that is not so; say it now."""
        unknown = sorted(name for name in self._variables if name.startswith("KB_") and name not in self._known)
        if unknown:
            known = ", ".join(sorted(self._known))
            raise ImproperlyConfigured(f"{', '.join(unknown)}: no such setting; the settings are {known}")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens there."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def private_directory(path: Path) -> Path:
    """The directory, made if needed, that only this user can read."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise ImproperlyConfigured(f"KB_DATA is '{path}', which cannot be made or written: {error.strerror}") from error
    return path


def mail_server(url: str) -> tuple[str, int, str, str, bool, bool]:
    """Host, port, user, password, and whether it is encrypted from the start or once asked to, as Django wants it."""
    parts = urlsplit(url or "smtp://localhost")
    if not parts.hostname:
        raise ImproperlyConfigured("KB_MAIL_URL names no host: use smtps://user:password@mail.example.org")
    port = parts.port or MAIL_SCHEMES[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return parts.hostname, port, user, password, parts.scheme == "smtps", parts.scheme == "smtp+starttls"


def kept_secret(path: Path) -> str:
    """The secret in this file; made at the first start. Of several processes that start at once, one makes it."""
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # fails where the file exists by now, and shows it only when it is whole
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    try:
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "") or "it holds no text"
        raise ImproperlyConfigured(
            f"{path}, which holds the secret key, cannot be read: {why}. Give it to the user that runs the site, or "
            "delete it: the next start makes a new one, and everybody signs in again"
        ) from error
    if len(secret) < 32:
        raise ImproperlyConfigured(f"{path} holds no secret key; delete the file, and the next start makes a new one")
    return secret


def twin_of(host: str) -> str:
    """`www.example.org` of `example.org`, and the other way round; a bare name or a number has no twin."""
    if host.startswith("www."):
        return host.removeprefix("www.")
    return f"www.{host}" if "." in host and not host.replace(".", "").isdigit() else ""


BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(os.environ)

DEBUG = env.flag("KB_DEBUG")
DATA_DIR = private_directory(Path(env.text("KB_DATA", str(BASE_DIR / ".data"))).expanduser().resolve())
REDIS_URL = env.address("KB_REDIS_URL", ("redis", "rediss", "unix"), "redis://localhost:6379/0")
DATABASE_URL = env.address(
    "KB_DATABASE_URL", ("postgres", "postgresql", "sqlite"), "postgresql://user:password@localhost/fixpoint"
)

# --- how the site is reached ------------------------------------------------------------------------------------------

HOST = env.text("KB_HOST", "127.0.0.1")
PORT = env.number("KB_PORT", 8000, 1, 65535)
WEB_PROCESSES = env.number("KB_WEB_PROCESSES", 1, 1, 64)
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
SITE_URL = env.origin("KB_SITE_URL") or f"http://127.0.0.1:{PORT}"
"""Begins every absolute address that the site gives."""

_site = urlsplit(SITE_URL)
IS_HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = [*LOOPBACK, *({_site.hostname or ""} - set(LOOPBACK))]
TWIN_HOST = twin_of(_site.hostname or "")
"""The same host with or without `www.`: it is led to the right one."""
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "kb.views.failures.csrf_failure"

TRUSTED_PROXIES = env.networks("KB_TRUSTED_PROXIES")
"""The proxies in front of the site. What they say of a client, its address and whether it came by https, is believed;
what anybody else says of that is not."""

SITE_NAME = env.line("KB_SITE_NAME", "Fixpoint", 40)
"""Stands in titles, feeds and the footer."""
CONTACT = env.contact("KB_CONTACT")
"""How readers reach whoever runs this site, as a URI; empty where nobody said."""

CRAWLERS = env.choice("KB_CRAWLERS", ("allow", "refuse"))
"""Whether search engines and other crawlers may read the pages."""

# --- what may be pasted -----------------------------------------------------------------------------------------------

TEXT_LIMIT = 10 * 1024 * 1024
"""The largest text that is matched, in bytes of decoded text (UTF-8)."""
BODY_LIMIT = 2 * TEXT_LIMIT + 1024 * 1024
"""The largest body that reaches a view: the largest text in UTF-16 or with JSON's escapes, in a multipart envelope.
The views hold the decoded text to TEXT_LIMIT."""
DRAIN_LIMIT = 32 * 1024 * 1024
"""Of a larger body so much is read and dropped before the refusal, so that the client gets to read it."""
MATCH_SECONDS = env.number("KB_MATCH_SECONDS", 10, 1, 120)
"""So long one text may keep a thread busy: then the answer is what was found until then."""
UPLOAD_PACE = 15.0, 8192.0, 300.0
"""A body has 15 seconds, a second more for every 8 KiB that are here, and five minutes at most."""
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
"""The longest page in the editor has some hundreds."""

# --- who may come in --------------------------------------------------------------------------------------------------

ACCESS = env.choice("KB_ACCESS", ("public", "login"))
"""Whether readers need an account, or a token, too."""
SESSION_ENGINE = "kb.sessions"
SESSION_COOKIE_AGE = env.number("KB_SESSION_IDLE_HOURS", 12, 1, 24 * 30) * 3600
"""Whoever has done nothing for so long has to log in again, and so has"""
SESSION_LONGEST = env.number("KB_SESSION_DAYS", 14, 1, 365) * 86_400
"""who logged in so long ago."""
SESSION_COOKIE_NAME = "kb_session"
PASSWORD_RESET_TIMEOUT = 3 * 86_400
"""Seconds in which the link of an invitation or a forgotten password can be used."""

MAIL_URL = env.address("KB_MAIL_URL", tuple(MAIL_SCHEMES), "smtps://user:password@mail.example.org")
"""Where mail is handed in; without it none is sent, and administrators hand out links themselves."""
DEFAULT_FROM_EMAIL = env.line("KB_MAIL_FROM", f"{SITE_NAME} <noreply@{_site.hostname}>", 200)
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_SSL, EMAIL_USE_TLS = mail_server(MAIL_URL)
EMAIL_TIMEOUT = 20

# --- how much anybody may ask -----------------------------------------------------------------------------------------

LIMITED = not is_loopback(HOST) or bool(TRUSTED_PROXIES)
"""A site that only this machine reaches, `make run`, has no limits; any other has."""
LIMITS = env.limits(
    "KB_LIMITS",
    {  # kind: (how much, within how many seconds); each for one address unless it says otherwise
        "match": (60, _MINUTE),
        "search": (120, _MINUTE),
        "hints": (300, _MINUTE),
        "api": (300, _MINUTE),
        "token": (600, _MINUTE),  # for one token, instead of `match` and `api` for its address
        "bytes": (500_000_000, _HOUR),
        "unknowns": (100, _HOUR),
        "feedback": (20, _HOUR),
        "login": (20, _HOUR),  # into one account from one address, or from a browser that it knows
        "login-address": (100, _HOUR),
        "login-account": (200, _HOUR),  # into one account, from all addresses together
    },
)

# --- what is kept how long --------------------------------------------------------------------------------------------

UNKNOWN_DAYS = env.number("KB_UNKNOWN_DAYS", 180, 1, 3650)
"""An error that no page answers and that nobody has pasted for so long is forgotten."""
REVIEW = env.choice("KB_REVIEW", ("optional", "required"))
"""Whether a second person must publish what somebody wrote."""

# --- checks of sources ------------------------------------------------------------------------------------------------

SOURCE_CHECKS = env.flag("KB_SOURCE_CHECKS")
"""Whether the addresses that pages cite are asked every so often; on demand they are in any case."""
if SOURCE_CHECKS and not CONTACT:
    raise ImproperlyConfigured("KB_SOURCE_CHECKS is 1 without KB_CONTACT; say there who is reached about these visits")
SOURCE_CHECKS_ALLOW = env.networks("KB_SOURCE_CHECKS_ALLOW")
"""Networks that may be asked although they are not public: an intranet."""

# --- the application --------------------------------------------------------------------------------------------------

ROOT_URLCONF = "kb.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kb.User"
LOGIN_URL = "admin:login"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

INSTALLED_APPS = [
    "kb.apps.KbConfig",
    "kb.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",  # for its templates
    "django.contrib.staticfiles",
    "csp",
    "ninja",  # its Swagger page is then served from our own static files
    "simple_history",
]


def middleware(access: str) -> list[str]:
    """What a request goes through. A public page that is kept needs no session and never gets to one; where reading
    needs an account, that is known before."""
    who = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
    return [
        "kb.views.observed.ObservedMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "csp.middleware.CSPMiddleware",
        "kb.headers.HeadersMiddleware",
        "kb.views.limited.RefusedBodiesMiddleware",
        "kb.charsets.CharsetMiddleware",
        "kb.one_host.OneHostMiddleware",
        "kb.static_files.StaticFilesMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.middleware.common.CommonMiddleware",
        *(who if access == "login" else []),
        "kb.views.access.AccessMiddleware",
        "kb.views.kept.KeptPagesMiddleware",
        "kb.views.outage.OutageMiddleware",
        "kb.views.limited.LimitsMiddleware",
        # What follows is for those with an account: a public page that is kept never gets here.
        *(who if access == "public" else []),
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "simple_history.middleware.HistoryRequestMiddleware",
    ]


MIDDLEWARE = middleware(ACCESS)
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["kb.templatetags.site"],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- database ---------------------------------------------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """Django's entry for the database at this address; SQLite under KB_DATA where there is none."""
    parsed: dict[str, Any] = dict(dj_database_url.parse(url or f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))
    options = parsed.setdefault("OPTIONS", {})
    if parsed["ENGINE"].endswith("postgresql"):
        # Whoever waits holds one of the threads that answer: rather say soon that the database is away. One that comes
        # back is noticed within the second.
        options["pool"] = {"min_size": 1, "max_size": 18, "timeout": 3, "reconnect_timeout": 1}
        # A machine that vanished from the network says nothing: the system gives up on it in our place.
        options |= {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        options["tcp_user_timeout"] = 15_000
        parsed["CONN_HEALTH_CHECKS"] = True  # else, when PostgreSQL has restarted, each of them fails a reader once
    else:
        parsed["CONN_MAX_AGE"] = None  # a thread keeps its connection: opening one takes longer than most queries
        options |= {
            # A transaction that began as a reader cannot wait for its turn to write, it fails: so begin as a writer.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
            " PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864",
        }
    return parsed


DATABASES = {"default": database(DATABASE_URL)}

# --- cache, jobs ------------------------------------------------------------------------------------------------------

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "kb",
        # Readers wait for it: one that does not answer is as good as away.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Counters of this process alone, a hundred bytes each: of a site without Redis, and of one whose Redis is away.
    "counters": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counters",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Answers of public pages, about 10 kB each when compressed; the least recently used go first. Always in the
    # process: every request looks here, and must be answered while Redis is away.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}

BROKER_DIR = DATA_DIR / "broker"
"""Where Celery's messages lie when there is no Redis. They may be lost: what has to be done stands in the Job table."""

# --- static files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
BUILT_STATIC = env.text("KB_STATIC")
"""Where the files were collected before, if they were: an image brings them along."""
STATIC_ROOT = Path(BUILT_STATIC).resolve() if BUILT_STATIC else DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("br", "gif", "gz", "ico", "jpg", "map", "png", "webp", "woff", "woff2")
"""Source maps are large and read by developers only: compressing them would take most of the time of a first start."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is uploaded to be kept
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- safety -----------------------------------------------------------------------------------------------------------

SECRET_KEY = env.secret("KB_SECRET_KEY") or kept_secret(DATA_DIR / "secret-key")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True  # forms hold the token themselves
SECURE_HSTS_SECONDS = 365 * _DAY if IS_HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # whether other hosts of the domain have https is not ours to say
    "security.W008",  # the proxy in front leads from http to https: what comes here has been through it, or is a probe
    "security.W021",  # and so is the browsers' list of such domains
]
# Whether a request came by https is told by the proxy in front: see TRUSTED_PROXIES.

# --- log --------------------------------------------------------------------------------------------------------------

LOG = env.choice("KB_LOG", ("text", "json"))
"""Lines for people, or a JSON object a line for machines, with one for every request."""
SENTRY_DSN = env.address("KB_SENTRY_DSN", ("https", "http"), "https://key@sentry.example.org/1")
"""Where failures of the program are reported, if anywhere."""
METRICS_DIR = DATA_DIR / "metrics"
"""The counts of each web process, for all to tell."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "kb.logs.LineFormatter",
            "format": "{asctime} {levelname} {name}{origin}: {message}",
            "style": "{",
        },
        "json": {"()": "kb.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": LOG}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "kb": {"level": "INFO"},
        "kb.requests": {"level": "INFO" if LOG == "json" else "WARNING"},
        "django": {"handlers": [], "level": "WARNING"},  # its own handlers write mails, and every line twice
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # What a client did wrong is its own affair, and is answered; what we did wrong is logged. Bodies never are.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}

env.refuse_unknown()
