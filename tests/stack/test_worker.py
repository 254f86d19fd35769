"""The worker in real processes, and what becomes of its jobs when it is killed."""

from __future__ import annotations

from pathlib import Path

from tests.stack.site import Site, Started, wait_for

WORKER = ("-m", "celery", "--quiet", "--app", "tests.stack.slow_job", "worker", "--beat", "--concurrency", "1")
ENQUEUE = "from tests.stack import slow_job; from kb.services import jobs; jobs.enqueue(slow_job.NAME, folder={!r})"


def begun(signs: Path) -> list[Path]:
    return list(signs.glob("begun-*"))


def state_of_job(site: Site) -> tuple[str, int]:
    ((state, attempts),) = site.rows("select state, attempts from kb_job where name = 'add_tool_slowly'")
    return state, attempts


def tools(site: Site) -> int:
    ((count,),) = site.rows("select count(*) from kb_tool")
    return int(count)


def test_a_job_whose_worker_is_killed_runs_again_and_its_effect_is_there_once(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    signs = tmp_path / "signs"
    signs.mkdir()
    assert site.manage("migrate", "--verbosity", "0").returncode == 0
    site.python(ENQUEUE.format(str(signs)))

    with site.started(*WORKER) as worker:
        wait_for(lambda: begun(signs))
        worker.kill()
    assert (state_of_job(site), tools(site)) == (("running", 1), 0)

    (signs / "leave").touch()
    with site.started(*WORKER) as worker:
        done_again(site, worker)
    assert (state_of_job(site), tools(site)) == (("done", 2), 1)
    assert len(begun(signs)) == 2


def done_again(site: Site, worker: Started) -> None:
    try:
        wait_for(lambda: state_of_job(site)[0] == "done", patience_s=40)
    except AssertionError as error:
        raise AssertionError(worker.printed()) from error


def test_a_job_whose_message_was_lost_is_run_by_the_clock(tmp_path: Path) -> None:
    site = Site(tmp_path / "data")
    signs = tmp_path / "signs"
    signs.mkdir()
    (signs / "leave").touch()
    assert site.manage("migrate", "--verbosity", "0").returncode == 0
    site.python(ENQUEUE.format(str(signs)) + "\nfrom kb.models import Job; Job.objects.update(handed_out=None)")
    for message in (site.data / "broker" / "messages").iterdir():
        message.unlink()
    with site.started(*WORKER) as worker:
        done_again(site, worker)
    assert tools(site) == 1
