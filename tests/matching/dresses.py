"""What happens to a message between the program that prints it and the box it is pasted into, a function each."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Callable

Dress = Callable[[str], str]


def _each(text: str, prefix: Callable[[int], str]) -> str:
    return "\n".join(f"{prefix(number)}{line}" for number, line in enumerate(text.split("\n"), 1))


def github_actions(text: str) -> str:
    return _each(text, lambda n: f"2026-11-20T10:11:{n % 60:02}.1234567Z ")


def github_actions_error(text: str) -> str:
    return _each(text, lambda n: f"2026-11-20T10:11:{n % 60:02}.1234567Z ##[error]")


def github_web_links(text: str) -> str:
    """The web view makes links of the numbers of lines, and of digits that look like them."""
    return re.sub(
        r"\d(\d)(?=\d)", lambda m: f"{m[0][0]}[{m[1]}](https://github.com/o/r/actions/runs/1/job/2#step:3:{m[1]})", text
    )


def github_line_numbers(text: str) -> str:
    """Copied from the web view: each line's number on a line of its own before it."""
    return "\n".join(f"{number}\n{line}" for number, line in enumerate(text.split("\n"), 1))


def gitlab(text: str) -> str:
    return f"section_start:1700000000:step_script\r\x1b[0K\x1b[0;m{text}\nsection_end:1700000001:step_script\r\x1b[0K"


def gitlab_timestamps(text: str) -> str:
    return _each(text, lambda n: f"2026-11-20T10:11:{n % 60:02}.123456Z 01O ")


def jenkins_timestamps(text: str) -> str:
    return _each(text, lambda n: f"[2026-11-20T10:11:{n % 60:02}.123Z] ")


def azure(text: str) -> str:
    return _each(text, lambda n: f"2026-11-20T10:11:{n % 60:02}.1234567Z ##[error]")


def buildkit(text: str) -> str:
    return _each(text, lambda n: f"#12 {n}.345 ")


def compose(text: str) -> str:
    return _each(text, lambda n: "web-1  | ")


def cloud_foundry(text: str) -> str:
    return _each(text, lambda n: f"   2026-11-20T10:11:{n % 60:02}.12+0000 [APP/PROC/WEB/0] ERR ")


def klog(text: str) -> str:
    return _each(text, lambda n: f"E1120 10:11:{n % 60:02}.123456       1 main.go:{n}] ")


def syslog(text: str) -> str:
    return _each(text, lambda n: f"Nov 20 10:11:{n % 60:02} build-7 runner[123]: ")


def pytest_lines(text: str) -> str:
    return _each(text, lambda n: "E   ")


def npm_errors(text: str) -> str:
    return _each(text, lambda n: "npm error ")


def remote(text: str) -> str:
    return _each(text, lambda n: "remote: ")


def mail_quotes(text: str) -> str:
    return _each(text, lambda n: "> ")


def vagrant(text: str) -> str:
    return _each(text, lambda n: "==> default: " if n == 1 else "    default: ")


def ansible(text: str) -> str:
    return f'fatal: [web1]: FAILED! => {{"changed": true, "rc": 1, "stderr": {json.dumps(text)}}}'


def colours(text: str) -> str:
    return "\n".join(
        f"\x1b[1;31m{line[:3]}\x1b[0m\x1b[33m{line[3:9]}\x1b[0m{line[9:]}\x1b[K" for line in text.split("\n")
    )


def colours_caret(text: str) -> str:
    return colours(text).replace("\x1b", "^[")


def colours_arrow(text: str) -> str:
    return colours(text).replace("\x1b", "←")


def colours_escaped(text: str) -> str:
    return colours(text).replace("\x1b", "\\u001b")


def colours_bare(text: str) -> str:
    """The escape byte is lost, `[31m` stays."""
    return re.sub(r"\x1b(\[\d[\d;]*m)", r"\1", colours(text)).replace("\x1b[K", "")


def json_once(text: str) -> str:
    return f'{{"log":{json.dumps(text)},"stream":"stderr"}}'


def json_twice(text: str) -> str:
    return f'{{"message":{json.dumps(json_once(text))}}}'


def json_thrice(text: str) -> str:
    return f'{{"line":{json.dumps(json_twice(text))}}}'


def json_lines(text: str) -> str:
    return "\n".join(json_once(f"{line}\n") for line in text.split("\n"))


def python_repr(text: str) -> str:
    return f"subprocess failed: {text.encode()!r}"


def html_entities(text: str) -> str:
    return html.escape(text)


def box(text: str) -> str:
    lines = text.split("\n")
    width = max(map(len, lines))
    return "\n".join([f"╭{'─' * width}╮", *(f"│{line:<{width}}│" for line in lines), f"╰{'─' * width}╯"])


def broken_box(text: str) -> str:
    return _each(text, lambda n: "| ")


def wrapped_80(text: str) -> str:
    return "\n".join(line[at : at + 80] for line in text.split("\n") for at in range(0, max(len(line), 1), 80))


def wrapped_60_padded(text: str) -> str:
    return "\n".join(f"{line[at : at + 60]:<60}" for line in text.split("\n") for at in range(0, max(len(line), 1), 60))


def wrapped_at_words(text: str) -> str:
    return "\n".join(
        part
        for line in text.split("\n")
        for part in textwrap.wrap(line, 72, break_long_words=False, break_on_hyphens=False)
    )


def flattened(text: str) -> str:
    return text.replace("\n", " ")


def blank_lines_between(text: str) -> str:
    return text.replace("\n", "\n\n")


def lost_first_character(text: str) -> str:
    return "\n".join(line[1:] for line in text.split("\n"))


def lost_indentation(text: str) -> str:
    return "\n".join(line.lstrip() for line in text.split("\n"))


def markdown_bold(text: str) -> str:
    return re.sub(r"\b(\w{2})(\w{3,})\b", r"\1**\2**", text)


def lost_backticks(text: str) -> str:
    return text.replace("`", "").replace("'", "")


def smart_quotes(text: str) -> str:
    return re.sub(r"'([^'\n]*)'", r"‘\1’", re.sub(r'"([^"\n]*)"', r"“\1”", text)).replace("--", "–").replace("...", "…")


def glued_progress(text: str) -> str:
    return f"Receiving objects:  45% (9/20), 1.2 MiB{text}"


def windows_lines(text: str) -> str:
    return text.replace("\n", "\r\n")


def overwritten(text: str) -> str:
    return f"Fetching 1%\rFetching 99%\r{text}"


def tabs_for_blanks(text: str) -> str:
    return text.replace("  ", "\t").replace(" ", "\t", 3)


DRESSES: tuple[Dress, ...] = (
    *(github_actions, github_actions_error, github_web_links, github_line_numbers, gitlab, gitlab_timestamps),
    *(jenkins_timestamps, azure, buildkit, compose, cloud_foundry, klog, syslog, pytest_lines, npm_errors, remote),
    *(mail_quotes, vagrant, ansible, colours, colours_caret, colours_arrow, colours_escaped, colours_bare, json_once),
    *(json_twice, json_thrice, json_lines, python_repr, html_entities, box, broken_box, wrapped_80, wrapped_60_padded),
    *(wrapped_at_words, flattened, blank_lines_between, lost_first_character, lost_indentation, markdown_bold),
    *(lost_backticks, smart_quotes, glued_progress, windows_lines, overwritten, tabs_for_blanks),
)

PAIRS: tuple[tuple[Dress, Dress], ...] = (
    # The first is put on first.
    *(
        (colours, dress)
        for dress in (github_actions, gitlab_timestamps, jenkins_timestamps, buildkit, compose, json_once)
    ),
    *(
        (wrapped_80, dress)
        for dress in (github_actions, jenkins_timestamps, mail_quotes, box, json_once, windows_lines)
    ),
    *((json_once, dress) for dress in (github_actions, mail_quotes, compose, html_entities)),
    *((github_actions, dress) for dress in (mail_quotes, windows_lines, blank_lines_between, github_line_numbers)),
    *((buildkit, dress) for dress in (github_actions, gitlab_timestamps, colours)),
    *((remote, dress) for dress in (github_actions, colours, jenkins_timestamps)),
    *((smart_quotes, dress) for dress in (mail_quotes, markdown_bold, wrapped_at_words)),
    *((box, dress) for dress in (github_actions, colours, jenkins_timestamps)),
    *((pytest_lines, dress) for dress in (github_actions, jenkins_timestamps, colours)),
    *((windows_lines, dress) for dress in (mail_quotes, json_once)),
)
