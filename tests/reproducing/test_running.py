from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kb.content.document import Isolation
from kb.reproducing.isolation import isolation
from kb.reproducing.running import MAX_OUTPUT_BYTES, Run, run


def printed(script: str) -> str:
    done = run(script.encode())
    assert done.succeeded, done
    return done.output


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_script_starts_in_an_empty_directory_with_an_empty_home() -> None:
    assert printed('pwd; ls -A; echo "$HOME"; ls -A "$HOME"') == "/tmp/r/app\n/tmp/r/home\n"


def test_nothing_of_the_caller_s_environment_reaches_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    known = {line.partition("=")[0] for line in printed("env").splitlines()}

    assert known - {"PWD", "OLDPWD", "SHLVL", "_"} == {"PATH", "HOME", "LANG", "TZ", "GIT_CONFIG_NOSYSTEM"}


def test_both_streams_are_kept_in_the_order_in_which_they_came() -> None:
    script = "for word in a b c; do echo out $word; echo err $word >&2; done"

    assert printed(script) == "out a\nerr a\nout b\nerr b\nout c\nerr c\n"


def test_standard_input_is_empty_and_there_is_no_terminal() -> None:
    assert printed("cat; (echo x > /dev/tty) 2> no-tty || echo none") == "none\n"


def test_the_exit_status_is_told() -> None:
    done = run(b"echo before; exit 3")

    assert (done.output, done.exit_status, done.succeeded) == ("before\n", 3, False)
    assert done.ending == "ended with exit status 3"


def test_a_script_that_takes_too_long_is_stopped_with_what_it_printed_so_far() -> None:
    done = run(b"echo started; sleep 600", max_seconds=0.5)

    assert done.output == "started\n"
    assert done.exit_status is None
    assert not done.succeeded
    assert done.seconds < 5
    assert "was stopped after" in done.ending


def test_what_a_script_left_in_the_background_is_ended_with_it_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.reproducing.running.isolated", lambda command: command)  # a namespace would end it too
    begun = time.monotonic()
    left = tmp_path / "left"

    run(f"sleep 600 & echo $! > {left}; echo done".encode())

    assert time.monotonic() - begun < 10
    pid = int(left.read_text())
    for _ in range(50):
        if not is_alive(pid):
            break
        time.sleep(0.1)  # until whoever took the orphan over has noticed
    assert not is_alive(pid)


def test_a_script_that_prints_without_end_fills_no_memory() -> None:
    done = run(b"head -c 3000000 /dev/zero | tr '\\0' x; exit 0")

    assert done.succeeded
    assert len(done.output) < MAX_OUTPUT_BYTES + 100
    assert done.output.endswith(f"\n[{3_000_000 - MAX_OUTPUT_BYTES} more bytes were printed]\n")


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert printed("printf 'a\\0b\\377c'") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


def test_the_directory_is_gone_afterwards_even_if_nobody_may_look_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert run(b"mkdir locked; touch locked/file; chmod 0 locked").succeeded

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(isolation() is Isolation.NONE, reason="the kernel allows no network namespaces here")
def test_a_script_has_a_network_of_its_own_with_loopback_alone() -> None:
    interfaces = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"
    done = run(f"{interfaces}; tail -n +2 /proc/net/tcp | wc -l; echo > /dev/udp/127.0.0.1/9".encode())

    assert done.output == "lo\n0\n"
    assert done.succeeded
    assert done.isolation is Isolation.NAMESPACE


def test_packages_are_laid_beside_a_script_as_a_copy_that_it_may_change(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    (modules / "frob").mkdir(parents=True)
    (modules / "frob" / "index.js").write_text("1")

    done = run(b"cat node_modules/frob/index.js; echo 2 > node_modules/frob/index.js", modules=modules)

    assert done.output == "1"
    assert (modules / "frob" / "index.js").read_text() == "1"


def test_a_machine_without_namespaces_still_runs_scripts_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.reproducing.isolation._unshare", tuple)

    done = run(b"echo here")

    assert done == Run("here\n", 0, done.seconds, Isolation.NONE)
