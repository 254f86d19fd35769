"""How a program is made to say more: what to try when its message alone tells too little. Data; a row a program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .records import Fact


@dataclass(frozen=True, slots=True)
class SayMore:
    """What makes one program say more."""

    program: str
    how: str
    """A sentence in which `code` is what to type."""
    tells_secrets: bool = False
    """What it prints then may hold credentials or every variable of the job."""


_ROWS: dict[str, SayMore] = {
    "git": SayMore(
        "Git", "Run it with `GIT_TRACE=1 GIT_CURL_VERBOSE=1` in front: it prints each command and request.", True
    ),
    "git-lfs": SayMore("Git LFS", "Run it with `GIT_TRACE=1 GIT_CURL_VERBOSE=1` in front.", True),
    "ssh": SayMore("OpenSSH", "Run `ssh -vvv` to the same host: it prints every key that it offers."),
    "curl": SayMore("curl", "Add `--verbose`: it prints the connection, the certificate and the headers.", True),
    "docker": SayMore("Docker", "Build with `--progress=plain --no-cache`: no step's output is hidden."),
    "buildkit": SayMore("BuildKit", "Build with `--progress=plain --no-cache`: no step's output is hidden."),
    "compose": SayMore("Docker Compose", "Run `docker compose logs --tail=200` for the service that stopped."),
    "node": SayMore("Node.js", "Run it with `NODE_OPTIONS=--trace-uncaught`, and send the whole stack trace."),
    "npm": SayMore("npm", "Add `--loglevel verbose`; npm also says where it wrote its complete log."),
    "pnpm": SayMore("pnpm", "Add `--reporter=append-only --loglevel=debug`."),
    "yarn": SayMore("Yarn", "Yarn 1 takes `--verbose`; a later one names the log file of the package that failed."),
    "pip": SayMore("pip", "Add `-vvv`: it prints the output of a package's own build."),
    "python": SayMore("Python", "Send the traceback from its first line `Traceback`, not the last line alone."),
    "pytest": SayMore("pytest", "Add `-vv --tb=long`: values are then printed in full."),
    "cargo": SayMore("Cargo", "Add `--verbose`, and set `RUST_BACKTRACE=1`."),
    "rust": SayMore("Rust", "Set `RUST_BACKTRACE=1`; for a compiler error run `rustc --explain` with its code."),
    "go": SayMore("Go", "Add `-x` to `go build` or `go test`: it prints the commands that it runs."),
    "maven": SayMore("Maven", "Add `-e -X`: it prints the cause behind the failed goal.", True),
    "gradle": SayMore("Gradle", "Add `--stacktrace --info`: it prints the cause behind the failed task."),
    "java": SayMore("Java", "Send the stack trace down to its last `Caused by:`; the last one is the first cause."),
    "dotnet": SayMore(".NET", "Add `--verbosity detailed`."),
    "terraform": SayMore("Terraform", "Run it with `TF_LOG=DEBUG` in front.", True),
    "opentofu": SayMore("OpenTofu", "Run it with `TF_LOG=DEBUG` in front.", True),
    "ansible": SayMore("Ansible", "Add `-vvv`: it prints what each module was given and answered.", True),
    "kubernetes": SayMore(
        "Kubernetes", "Run `kubectl describe` on the object: the events at its end say what went wrong."
    ),
    "helm": SayMore("Helm", "Add `--debug`, and look at what `helm template` makes of the chart.", True),
    "cmake": SayMore("CMake", "Build with `cmake --build . --verbose`; the configuration's log lies in `CMakeFiles`."),
    "make": SayMore("Make", "Run `make -j1 V=1`: one command at a time, each printed before what it says."),
    "composer": SayMore("Composer", "Add `-vvv`."),
    "bundler": SayMore("Bundler", "Add `--verbose`; for a native extension send the `mkmf.log` that it names."),
    "GitHub Actions": SayMore(
        "GitHub Actions", "Run the job again with “Enable debug logging”, and download the raw log of the step."
    ),
    "GitLab CI": SayMore("GitLab CI", 'Run the job again with the variable `CI_DEBUG_TRACE: "true"`.', True),
    "Azure Pipelines": SayMore("Azure Pipelines", "Run it again with the variable `System.Debug` set to `true`."),
    "CircleCI": SayMore("CircleCI", "Run the job again with SSH, and repeat the failing command by hand."),
}

_SPOKEN: tuple[tuple[str, str], ...] = (
    (r"^(?:fatal|remote): ", "git"),
    (r"^ssh: |Permission denied \(|kex_exchange", "ssh"),
    (r"^curl: \(\d", "curl"),
    (r"^npm (?:ERR!|error|verb)", "npm"),
    (r"^\s*ERR_PNPM", "pnpm"),
    (r"Error response from daemon|^ERROR: failed to (?:build|solve)", "docker"),
    (r"^Traceback \(most recent call last\)", "python"),
    (r"^error\[E\d{4}\]|^error: could not compile", "cargo"),
    (r"^\[ERROR\] Failed to execute goal", "maven"),
    (r"^FAILURE: Build failed with an exception|^Execution failed for task", "gradle"),
    (r"^Exception in thread|^Caused by: ", "java"),
    (r"^Error from server|^error: .*\bpods?\b", "kubernetes"),
    (r"^(?:TASK|PLAY) \[|^fatal: \[[^\]]+\]: (?:FAILED|UNREACHABLE)", "ansible"),
    (r"^CMake Error", "cmake"),
    (r"^make(?:\[\d+\])?: \*\*\*", "make"),
    (r": error (?:CS|MSB|NU|NETSDK)\d{4}", "dotnet"),
    (r"^\s*(?:│|╷)\s|^Error: .*provider", "terraform"),
)
"""What begins a line that a program prints, for texts that do not say its version. The last that fits is taken."""

_MOST = 3


def ways_to_learn_more(environment: Iterable[Fact], lines: Iterable[str]) -> tuple[SayMore, ...]:
    """For the programs that printed these lines, then for those that the text names as installed."""
    spoken = [name for line in lines if (name := _speaker(line))]
    named = [fact.value for fact in environment]
    return tuple(_ROWS[name] for name in dict.fromkeys([*spoken, *named]) if name in _ROWS)[:_MOST]


def _speaker(line: str) -> str:
    return next((name for pattern, name in reversed(_SPOKEN) if re.search(pattern, line)), "")
