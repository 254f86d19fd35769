"""Celery runs what the Job table says has to be done. It may lose any message: the clock hands out what is due."""

from celery import Celery
from django.conf import settings

from kb import jobs


def _broker() -> dict[str, object]:
    """Redis where there is one; otherwise messages are files under KB_DATA."""
    if settings.REDIS_URL:
        # Whoever publishes a page must not wait for a broker that is down.
        return {
            "broker_url": settings.REDIS_URL,
            "broker_transport_options": {"socket_connect_timeout": 2, "socket_timeout": 5, "max_retries": 0},
        }
    folders = {name: settings.BROKER_DIR / name for name in ("messages", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    messages = str(folders["messages"])
    return {
        "broker_url": "filesystem://localhost//",
        "broker_transport": "kb.broker:Transport",
        "broker_transport_options": {
            "data_folder_in": messages,
            "data_folder_out": messages,
            "control_folder": str(folders["control"]),
        },
    }


app = Celery("kb")
app.conf.update(
    **_broker(),
    # A worker whose broker is away waits for it, however long that takes.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_default_queue="kb",
    task_ignore_result=True,
    task_publish_retry=False,
    # A job that hangs is ended when its lease is: then it may be run again elsewhere.
    task_time_limit=int(jobs.LONGEST_LEASE.total_seconds()),
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    timezone="UTC",
    # The clock remembers nothing: when a job was last asked for stands in the Job table.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "clock": {
            "task": jobs.CLOCK_TASK,
            "schedule": jobs.CLOCK_EVERY,
            # A worker that was away for an hour needs to hear the clock once, not 720 times.
            "options": {"expires": jobs.CLOCK_EVERY.total_seconds()},
        }
    },
)
