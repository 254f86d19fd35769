"""Whether this process can do its work, part by part.

Without a database, its migrations or an index most readers would be turned away: then the process is not ready, and a
balancer asks another. A broker that is away delays jobs and hurts no reader, so it is said and nothing more.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kb.services.indexing import live

logger = logging.getLogger(__name__)

LOOK_AGAIN_AFTER_S = 1.0
"""However often it is asked for, nobody is troubled more often."""
BROKER_WITHIN_S = 2
OK, AWAY = "ok", "away"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of each part; a part that is not `ok` says so and nothing else."""

    database: str
    migrations: str
    index: str
    broker: str

    @property
    def is_ready(self) -> bool:
        return self.database == self.migrations == OK and self.index != AWAY


class Looking:
    """Looks at each part, seldom enough."""

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._seen: Readiness | None = None
        self._seen_at = 0.0
        self._has_migrated = False

    def look(self) -> Readiness:
        with self._looking:
            if self._seen is None or time.monotonic() - self._seen_at > LOOK_AGAIN_AFTER_S:
                self._seen = self._look()
                self._seen_at = time.monotonic()
            return self._seen

    def _look(self) -> Readiness:
        database = _state(_ask_database)
        migrations = _state(self._check_migrations) if database == OK else "unknown"
        index = AWAY if not live.is_built else OK if live.problem is None else "outdated"
        return Readiness(database, migrations, index, _state(_ask_broker))

    def _check_migrations(self) -> None:
        """Whether this program's own migrations were applied; once they were, they stay so."""
        if not self._has_migrated:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if missing:
                raise LookupError(f"{len(missing)} migrations were not applied; run `manage.py migrate`")
            self._has_migrated = True


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # each part has errors of its own
        logger.warning("Not ready, %s: %s", check.__name__.strip("_").replace("_", " "), type(error).__name__)
        return AWAY
    return OK


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_broker() -> None:
    if not settings.REDIS_URL:
        if not os.access(settings.BROKER_DIR, os.W_OK):
            raise PermissionError(settings.BROKER_DIR)
        return
    with current_app.connection_for_write(connect_timeout=BROKER_WITHIN_S) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_WITHIN_S)


looking = Looking()
"""What this process knows of its parts."""
