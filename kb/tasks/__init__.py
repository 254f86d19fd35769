"""Celery's doors: each takes ids and calls one service."""

from kb.tasks.jobs import clock, run_job

__all__ = ["clock", "run_job"]
