"""Put the output of a run into the dress of the place where people read it: a CI system's log, a build, a container.

A transcript is what the programs printed, with each command that was run on a line of its own, marked by an ASCII
record separator (`\\x1e`). The dress adds what the place adds: timestamps, groups, prefixes, escapes, opening and
closing lines. What the programs printed is never changed. The same transcript, name and seed give the same log.

    python bench/dress.py github-actions --seed 7 < transcript > fixtures/clean/npm-install.github-actions.log
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

COMMAND_MARK = "\x1e"
START = dt.datetime(2026, 11, 20, 10, 11, 12, tzinfo=dt.UTC)
ESC = "\x1b"


@dataclass(frozen=True, slots=True)
class Step:
    """One command and what it printed; the first step of a transcript may have no command."""

    command: str
    lines: tuple[str, ...]


class Clock:
    """Time that passes a little with every line, by chance but always the same for a seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._now = START + dt.timedelta(
            minutes=self._chance.randrange(600), microseconds=self._chance.randrange(10**6)
        )
        self.begin = self._now

    def tick(self, mean_ms: float = 40.0) -> dt.datetime:
        self._now += dt.timedelta(milliseconds=self._chance.expovariate(1 / mean_ms))
        return self._now

    def number(self, below: int) -> int:
        """A number that a place makes up: a job, a process, a machine."""
        return self._chance.randrange(below)

    @property
    def seconds(self) -> float:
        return (self._now - self.begin).total_seconds()


Dress = Callable[[Sequence[Step], Clock], Iterator[str]]


def dress(text: str, name: str, seed: int) -> str:
    """Return the transcript `text` as the place called `name` would show it."""
    if name not in DRESSES:
        raise ValueError(f"unknown dress {name!r}; use one of: {', '.join(DRESSES)}")
    return "".join(f"{line}\n" for line in DRESSES[name](read_steps(text), Clock(seed)))


def read_steps(text: str) -> list[Step]:
    """Split a transcript at its command lines. Only LF ends a line: a progress bar's CR is part of it."""
    opening, *rest = f"\n{text.removesuffix(chr(10))}".split(f"\n{COMMAND_MARK}")
    steps = [Step("", tuple(opening[1:].split("\n")))] if opening.strip() else []
    for part in rest:
        command, *lines = part.split("\n")
        steps.append(Step(command, tuple(lines)))
    if not any(step.lines for step in steps):
        raise ValueError("the transcript holds no output; give it what a program printed")
    return steps


def plain(steps: Sequence[Step], _clock: Clock) -> Iterator[str]:
    """A terminal, copied: the prompt and what came."""
    for step in steps:
        if step.command:
            yield f"$ {step.command}"
        yield from step.lines


def github_actions(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """A job's raw log as downloaded: byte order mark, timestamps of seven digits, a group before each command."""
    for number, line in enumerate(_github_actions_lines(steps)):
        yield f"{'' if number else chr(0xFEFF)}{_seven_digits(clock.tick())} {line}"


def _github_actions_lines(steps: Sequence[Step]) -> Iterator[str]:
    yield "Current runner version: '2.329.0'"
    yield from ("##[group]Runner Image", "Image: ubuntu-24.04", "Version: 20261116.1.0", "##[endgroup]")
    yield "Prepare workflow directory"
    yield "Prepare all required actions"
    yield "Complete job name: build"
    for step in steps:
        if step.command:
            yield f"##[group]Run {step.command}"
            yield f"{ESC}[36;1m{step.command}{ESC}[0m"
            yield "shell: /usr/bin/bash --noprofile --norc -e -o pipefail {0}"
            yield "##[endgroup]"
        yield from step.lines
    yield "Cleaning up orphan processes"


def azure_pipelines(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """A job's log of Azure Pipelines: sections, and a rule before each script's output."""
    for line in _azure_pipelines_lines(steps, clock):
        yield f"{_seven_digits(clock.tick())} {line}"


def _azure_pipelines_lines(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    rule = "=" * 78
    for step in steps:
        yield "##[section]Starting: CmdLine"
        yield from (rule, "Task         : Command line", "Version      : 2.250.1", rule, "Generating script.")
        if step.command:
            yield f"Script contents: {step.command}"
        yield "========================== Starting Command Output ==========================="
        script = f"{clock.number(16**8):08x}.sh"
        yield f"[command]/usr/bin/bash --noprofile --norc /home/runner/work/_temp/{script}"
        yield from step.lines
        yield "##[section]Finishing: CmdLine"


def gitlab(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """A job's raw log of GitLab CI: sections that fold, erased lines, green commands."""
    yield f"{ESC}[0KRunning with gitlab-runner 18.5.0 (bda84871){ESC}[0;m"
    yield f"{ESC}[0K  on build-1 {clock.number(16**8):08x}, system ID: s_{clock.number(16**8):08x}{ESC}[0;m"
    output = [line for step in steps for line in _gitlab_step(step)]
    for name, title, lines in (
        ("prepare_executor", 'Preparing the "shell" executor', []),
        ("get_sources", "Getting source from Git repository", ["Skipping Git repository setup"]),
        ("step_script", 'Executing "step_script" stage of the job script', output),
        ("cleanup_file_variables", "Cleaning up project directory and file based variables", []),
    ):
        yield from _gitlab_section(clock, name, title, lines)
    yield f"{ESC}[32;1mJob succeeded{ESC}[0;m"


def _gitlab_step(step: Step) -> Iterator[str]:
    if step.command:
        yield f"{ESC}[32;1m$ {step.command}{ESC}[0;m"
    yield from step.lines


def _gitlab_section(clock: Clock, name: str, title: str, lines: Sequence[str]) -> Iterator[str]:
    begin = int(clock.tick(900).timestamp())
    yield f"section_start:{begin}:{name}\r{ESC}[0K{ESC}[0K{ESC}[36;1m{title}{ESC}[0;m{ESC}[0;m"
    for line in lines:
        clock.tick()
        yield line
    yield f"section_end:{int(clock.tick(900).timestamp())}:{name}\r{ESC}[0K"


def gitlab_timestamps(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """GitLab CI with the runner's timestamps, which name the stream as well."""
    stamps = Clock(clock.number(10**6))
    for line in gitlab(steps, clock):
        stream = "OOOE"[stamps.number(4)]
        yield f"{stamps.tick():%Y-%m-%dT%H:%M:%S.%f}Z 01{stream} {line}"


def jenkins(steps: Sequence[Step], _clock: Clock) -> Iterator[str]:
    """A pipeline's console: each block announced, each command traced by `sh -x`."""
    yield from ("Started by user admin", "[Pipeline] Start of Pipeline", "[Pipeline] node")
    yield "Running on Jenkins in /var/lib/jenkins/workspace/app"
    yield from ("[Pipeline] {", "[Pipeline] stage", "[Pipeline] { (Build)")
    for step in steps:
        yield "[Pipeline] sh"
        if step.command:
            yield f"+ {step.command}"
        yield from step.lines
    yield from (
        "[Pipeline] }",
        "[Pipeline] // stage",
        "[Pipeline] }",
        "[Pipeline] // node",
        "[Pipeline] End of Pipeline",
    )
    yield "Finished: SUCCESS"


def jenkins_timestamps(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """The same with the Timestamper plugin."""
    for line in jenkins(steps, clock):
        yield f"[{_milliseconds(clock.tick())}] {line}"


def buildkit(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """`docker build --progress=plain`: every line under its step's number and the seconds since the step began."""
    yield from ('#0 building with "default" instance using docker driver', "")
    yield "#1 [internal] load build definition from Dockerfile"
    yield from ("#1 transferring dockerfile: 412B done", "#1 DONE 0.0s", "")
    for position, step in enumerate(steps, start=1):
        number = position + 4
        watch = Clock(clock.number(10**6))
        yield f"#{number} [{position + 1}/{len(steps) + 1}] RUN {step.command or './build.sh'}"
        for line in step.lines:
            watch.tick()
            yield f"#{number} {watch.seconds:.3f} {line}".rstrip(" ")
        yield from (f"#{number} DONE {watch.seconds:.1f}s", "")
    last = len(steps) + 5
    yield from (f"#{last} exporting to image", f"#{last} exporting layers done", f"#{last} DONE 0.1s")


def docker_compose(steps: Sequence[Step], _clock: Clock) -> Iterator[str]:
    """`docker compose up`: what a container prints, behind its name; commands are not shown."""
    yield "Attaching to web-1"
    for step in steps:
        for line in step.lines:
            yield f"web-1  | {line}"
    yield "web-1 exited with code 0"


def kubernetes(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """A container's log file on a Kubernetes node: timestamp of nine digits, stream, full line."""
    for step in steps:
        for line in step.lines:
            yield f"{clock.tick():%Y-%m-%dT%H:%M:%S.%f}{clock.number(1000):03d}Z stdout F {line}"


def journal(steps: Sequence[Step], clock: Clock) -> Iterator[str]:
    """What `journalctl` shows of a unit: date, machine, program and process."""
    process = 400 + clock.number(30000)
    for step in steps:
        for line in step.lines:
            yield f"{clock.tick():%b %d %H:%M:%S} build-1 app[{process}]: {line}"


def _seven_digits(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}{moment.microsecond % 7}Z"


def _milliseconds(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


DRESSES: dict[str, Dress] = {
    "plain": plain,
    "github-actions": github_actions,
    "azure-pipelines": azure_pipelines,
    "gitlab": gitlab,
    "gitlab-timestamps": gitlab_timestamps,
    "jenkins": jenkins,
    "jenkins-timestamps": jenkins_timestamps,
    "buildkit": buildkit,
    "docker-compose": docker_compose,
    "kubernetes": kubernetes,
    "journal": journal,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Read a transcript from standard input, print it in a dress.")
    parser.add_argument("dress", choices=list(DRESSES))
    parser.add_argument("--seed", type=int, default=0, help="gives times and numbers of their own (default 0)")
    arguments = parser.parse_args()
    try:
        dressed = dress(sys.stdin.buffer.read().decode("utf-8"), arguments.dress, arguments.seed)
    except ValueError as problem:
        sys.exit(f"dress.py: standard input: {problem}")
    sys.stdout.buffer.write(dressed.encode("utf-8"))


if __name__ == "__main__":
    main()
