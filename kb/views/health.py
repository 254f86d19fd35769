"""How the site is, for those who run it: alive, ready, and in figures."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kb import metrics
from kb.models import Scope
from kb.queries.gauges import gauges
from kb.refusals import Form, told
from kb.services.indexing import live
from kb.services.readiness import looking
from kb.services.recording import recorder
from kb.services.tokens import token_of

logger = logging.getLogger(__name__)

SAY_WHO_ASKS = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
"""Headers with which a proxy tells of somebody behind it."""


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answers as soon as the process serves, whatever else is away: who restarts it for less mends nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether readers should be led to this process."""
    state = looking.look()
    return JsonResponse({"ready": state.is_ready, "parts": asdict(state)}, status=200 if state.is_ready else 503)


@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The metrics, for a Prometheus on this machine or one with a token."""
    if not is_neighbour(request) and not has_token(request):
        kind, body = told(Form.TEXT, 403, "Metrics are for this machine, or for a token of the scope metrics.")
        return HttpResponse(body, status=403, content_type=kind)
    shown = generate_latest(metrics.registry(ThisProcess(), FromDatabase()))
    return HttpResponse(shown, content_type=CONTENT_TYPE_LATEST)


def is_neighbour(request: HttpRequest) -> bool:
    """Whether a program on this machine asks for itself: a proxy beside us asks for others, known to us or not, with
    the host that they asked for."""
    host, _ = split_domain_port(request.get_host())
    if host not in settings.LOOPBACK or any(name in request.headers for name in SAY_WHO_ASKS):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def has_token(request: HttpRequest) -> bool:
    """Of somebody who may still make one."""
    token = token_of(request)
    return token is not None and token.allows(Scope.METRICS) and token.owner.is_superuser


class ThisProcess(Collector):
    """The index and the recorder of the process that answers; its neighbours have their own."""

    def collect(self) -> Iterator[Metric]:
        if live.is_built:
            index = live.current()
            yield gauge("fixpoint_index_epoch", "Content epoch that the index was built for", live.built_for)
            yield gauge("fixpoint_index_age_seconds", "Since the index was built", time.time() - live.built_at)
            yield gauge("fixpoint_index_pages", "Pages in the index", len(index.entries))
            yield gauge("fixpoint_index_signatures", "Signatures in the index", len(index.patterns))
            broken = "1: the last build failed, an older index serves"
            yield gauge("fixpoint_index_outdated", broken, live.problem is not None)
        yield gauge("fixpoint_records_waiting", "Matches that are yet to be counted in the database", recorder.waiting)


class FromDatabase(Collector):
    """What stands in the database. While that is away, the rest is told."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = gauges()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Metrics without the database: %s", type(error).__name__)
            yield gauge("fixpoint_database_up", "1: the database answers", False)
            return
        yield gauge("fixpoint_database_up", "1: the database answers", True)
        yield gauge("fixpoint_content_epoch", "Grows with every change that readers see", found.content_epoch)
        yield gauge("fixpoint_unknown_errors_open", "Unknown errors that wait for a page", found.open_unknowns)
        yield gauge("fixpoint_jobs_due", "Jobs whose time has come and that nobody runs", found.due_jobs)
        waits = found.longest_wait.total_seconds()
        yield gauge("fixpoint_jobs_longest_wait_seconds", "How long the oldest of them is due", waits)
        jobs = GaugeMetricFamily(
            "fixpoint_jobs", "Jobs by name and state; done ones of two weeks", labels=["name", "state"]
        )
        for (name, state), number in sorted(found.jobs.items()):
            jobs.add_metric([name, state], number)
        yield jobs


def gauge(name: str, means: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, means, value=float(value))
