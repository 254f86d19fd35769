"""What the worker and its clock do."""

from celery import shared_task

from kb.jobs import CLOCK_TASK, RUN_TASK
from kb.logs import origin
from kb.services import jobs


@shared_task(name=RUN_TASK)
def run_job(job_id: int) -> None:
    with origin(str(job_id)):
        jobs.run(job_id)


@shared_task(name=CLOCK_TASK)
def clock() -> None:
    """Every few seconds: ask for what the timetable wants, and hand out what is due."""
    jobs.enqueue_timetable()
    jobs.hand_out_due()
