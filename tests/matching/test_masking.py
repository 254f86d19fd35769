from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from kb.matching.masking import VERSION, fingerprint, mask

# One message, printed in two runs.
SAME = [
    ("open /srv/a/b.txt: no such file", "open /home/x/y.log: no such file"),
    ("open ./a/b: no such file", "open ~/c: no such file"),
    (r"cannot open C:\Users\jane\a.txt", r"cannot open D:\build\b.txt"),
    (r"cannot open C:\Program Files\Git\bin\git.exe", r"cannot open C:\tools\git.exe"),
    (r"cannot read \\nas\share\a", r"cannot read \\other\b\c"),
    ("error in src/main.rs:12:5", "error in lib/core/io.rs:7:31"),
    ("error in main.py, line 12", "error in views.py, line 7"),
    ("at Foo.java:123", "at Bar.java:9"),
    ("src/a.ts(12,5): cannot find name", "src/b/c.ts(1,17): cannot find name"),
    ("cannot copy a.yaml", "cannot copy values-prod.yml"),
    ("node_modules/a/index.js is broken", "node_modules/b/lib/c.js is broken"),
    ("job 17 took 3.5s and failed", "job 9 took 120s and failed"),
    ("gave up after 1m30s", "gave up after 250ms"),
    ("gave up after 1 second", "gave up after 5 seconds"),
    ("gave up after 3.5 s", "gave up after 120 s"),
    ("waited 2 minutes", "waited 1 minute"),
    ("needs 12 MB of memory", "needs 1.5 GiB of memory"),
    ("needs 305 bytes", "needs 1 byte"),
    ("needs 512M", "needs 4096k"),
    ("at 12.79 MiB/s", "at 3 kB/s"),
    ("disk is 95% full", "disk is 99.9% full"),
    ("line 12 is too long", "line 1,234 is too long"),
    ("offset -5 is bad", "offset 17 is bad"),
    ("load is 0.25", "load is 3"),
    ("commit 9fceb02d0ae5 is broken", "commit 12ab34cd56ef is broken"),
    ("object 9fceb02d0ae598e95dc970b74767f19372d61af8", "object 12ab34c"),
    ("segfault at 0x7ffe12ab34cd", "segfault at 0x0"),
    ("pull sha256:" + "0a1b" * 16, "pull sha256:" + "9f8e" * 16),
    ("key SHA256:uNiVztksCsDhcc0u9e8BrqkA is new", "key SHA256:aa11bb22cc33dd44ee55ff66 is new"),
    ("integrity sha512-" + "aB3+" * 20 + "== is wrong", "integrity sha512-" + "Zz9/" * 20 + "== is wrong"),
    ("md5 AA:BB:CC:DD:EE:FF:00:11", "md5 00:11:22:33:44:55:66:77"),
    ("run 01KAFW4QJ6XYZABCDEFGHJKM12 is gone", "run 01JZZZ9QJ6XYZABCDEFGHJKM99 is gone"),
    ("id 550e8400-e29b-41d4-a716-446655440000", "id 123e4567-e89b-12d3-a456-426614174000"),
    ("connect 10.0.0.7:5432 refused", "connect 192.168.1.9:6543 refused"),
    ("no route to 10.0.0.7", "no route to fe80::1"),
    ("bind [::1]:8080 in use", "bind [2001:db8::7]:9090 in use"),
    ("cannot resolve db.internal", "cannot resolve api.example.com"),
    ("cannot resolve registry.acme.co.uk", "cannot resolve a.b.example.de"),
    ("cannot reach web.default.svc.cluster.local:80", "cannot reach cache.prod.svc.cluster.local:6379"),
    ("connect to db:5432 refused", "connect to localhost:6379 refused"),
    ("worker-3 died", "worker-12 died"),
    ("pod web-7d9c6b8f5-x2x4z crashed", "pod api-server-5c689d8dbf-9zq2k crashed"),
    ("get https://a.example/x?y failed", "get http://b.example:80/ failed"),
    ("see https://a.example/x.", "see https://b.example/y/z."),
    ("clone https://x:[redacted]@git.example/a failed", "clone https://git.example/b failed"),
    ("no module named 'requests'", "no module named 'flask'"),
    ('relation "users" is missing', 'relation "orders" is missing'),
    ("unknown key `a`", "unknown key `b_c`"),
    ("No rule to make target `all'", "No rule to make target `test'"),
    ("can't find 'a' here", "can't find 'b' here"),
    ("2026-11-20T10:11:12Z crash", "2025-01-02T03:04:05Z crash"),
    ("2026-11-20 10:11:12,123 crash", "2025-01-02 03:04:05.9 crash"),
    ("2026/11/20 10:11:12 crash", "2025/01/02 03:04:05 crash"),
    ("[20/Nov/2026:10:11:12 +0000] crash", "[01/Jan/2025:00:00:00 +0100] crash"),
    ("crash at Fri Nov 20 10:11:12 UTC 2026", "crash at Mon Jan  5 01:02:03 CET 2025"),
    ("crash at 10:11:12", "crash at 01:02:03.456"),
    ("expires 2026-11-20", "expires 2031-01-01"),
    ("found 1 error", "found 12 errors"),
    ("the 1st try failed", "the 22nd try failed"),
    ("pull ghcr.io/acme/app:latest failed", "pull docker.io/library/alpine:3.19 failed"),
    ("needs node >= 18.2.0", "needs node >= 20"),
    ("version v1.2.3-beta.1 is too old", "version 2.0 is too old"),
    ("no match for @types/node@20.1.0", "no match for @babel/core@7.1.2"),
    ("no match for left-pad@9.9.9", "no match for vite@^5.0.0"),
    ("password [redacted] is wrong", "password [MASKED] is wrong"),
    ("token ***, denied", "token [redacted], denied"),
    ("cannot create /tmp/tmpab12cd", "cannot create /tmp/x/y"),
    ("cannot create tmp.Xy12ZzQq", "cannot create tmp.AAbbCC11"),
    ('level=error msg="pull of 12 images failed"', 'level=error msg="pull of 3 images failed"'),
    ("a   b\tc", "a b c"),
    ("Connection REFUSED", "connection refused"),
]
# Two messages, however alike they look.
DIFFERENT = [
    ("disk full on '/dev/sda'", "disk missing on '/dev/sda'"),
    ("exit code 1", "exit code 137"),
    ("Process exited with 1", "Process exited with 127"),
    ("exit status 1", "exit status 2"),
    ("make: *** [all] Error 2", "make: *** [all] Error 127"),
    ("server answered HTTP 404", "server answered HTTP 500"),
    ('"GET / HTTP/1.1" 404', '"GET / HTTP/1.1" 502'),
    ("403 Forbidden", "401 Unauthorized"),
    ("The requested URL returned error: 403", "The requested URL returned error: 502"),
    ("status code 429", "status code 503"),
    ("[Errno 13] failed", "[Errno 2] failed"),
    ("(os error 13)", "(os error 2)"),
    ("killed by signal 9", "killed by signal 11"),
    ("ERROR 1045 (28000)", "ERROR 2002 (HY000)"),
    ("error TS2304", "error TS2345"),
    ("error[E0308]", "error[E0382]"),
    ("ORA-12154: failed", "ORA-00942: failed"),
    ("failed with 0x80070005", "failed with 0x80004005"),
    ("level=error msg=\"connection refused\"", "level=error msg=\"no such host\""),
    ("level=error err=EOF", "level=error err=timeout"),
    ('{"level":"error","msg":"boom"}', '{"level":"error","msg":"bang"}'),
    ('{"code":"ENOENT"}', '{"code":"EACCES"}'),
    ('failed: "connection refused by peer"', 'failed: "no space left on device"'),
    ("java.lang.NullPointerException", "java.lang.IllegalStateException"),
    ("AttributeError: x", "TypeError: x"),
    ("read failed", "write failed"),
    ("'a' is not 'a'", "'a' is not 'b'"),
    ("cannot copy a.py to a.py", "cannot copy a.py to b.py"),
    ("host unknown", "user unknown"),
    ("deprecated", "defaced"),
    ("cannot decode utf8", "cannot decode utf16"),
    ("no port given", "no host given"),
]  # fmt: skip


def _print(line: str) -> str:
    return fingerprint(mask(line))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_lines_that_differ_in_what_changes_from_run_to_run_have_one_fingerprint(one: str, other: str) -> None:
    assert (_print(one) == _print(other)) or pytest.fail(f"{mask(one)!r} is not {mask(other)!r}")


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_messages_have_different_fingerprints(one: str, other: str) -> None:
    assert (_print(one) != _print(other)) or pytest.fail(f"both are {mask(one)!r}")


def _known_mistakes() -> list[tuple[str, str, str]]:
    """The rows of the tables in the published list: (one, other, what would be right)."""
    page = Path("docs/fingerprints.md").read_text()
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (same|different) \|", page, re.MULTILINE)
    return [(one, other, right) for one, other, right in rows]


def test_the_list_of_known_mistakes_is_published() -> None:
    assert len(_known_mistakes()) >= 10


@pytest.mark.parametrize(("one", "other", "right"), _known_mistakes())
def test_a_published_mistake_is_still_made(one: str, other: str, right: str) -> None:
    assert (_print(one) == _print(other)) is (right == "different"), "mended: take it off the list"


def test_equal_tokens_stay_equal_in_the_template() -> None:
    assert mask("'a' is not 'b' but 'a'") == "<quoted> is not <quoted_2> but <quoted>"


def test_a_template_says_what_kind_of_thing_stood_there() -> None:
    line = "2026-11-20T10:11:12Z db.internal: 10.0.0.7 sent 12 MB of /a/b in 3s, see https://x.example/y"
    assert mask(line) == "<time> <host>: <address> sent <size> of <path> in <duration>, see <url>"


def test_a_quoted_message_stays_and_what_is_volatile_in_it_is_masked() -> None:
    assert mask('msg="dial 10.0.0.7:80: connection refused"') == 'msg="dial <address>: connection refused"'


def test_a_masked_line_masked_again_stays() -> None:
    once = mask("open /a/b: 'c' at 10:11:12 exit code 3 in 5s")
    assert mask(once) == once


def test_a_fingerprint_names_the_version_of_its_mask() -> None:
    assert fingerprint("x").startswith(f"{VERSION}-")


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "é" * 5000, "'" * 5000, "[" * 5000])
def test_no_line_is_refused(text: str) -> None:
    assert re.fullmatch(rf"{VERSION}-[0-9a-f]{{16}}", _print(text))


@pytest.mark.parametrize(
    "nasty",
    ["a-", "a/", "a.", "1.", "1:", "a:", "f0", "'a", '"', "{,", "[1", "a@", "A ", "ab", "\\", "~/.", "1a.b/", "::"],
)
def test_time_grows_with_the_length_of_the_line_alone(nasty: str) -> None:
    text = nasty * (40_000 // len(nasty))
    half = _least_seconds(text[: len(text) // 2])
    # Four times would be quadratic; the constant keeps very short times from being compared.
    assert _least_seconds(text) < 3 * half + 0.05


def _least_seconds(text: str) -> float:
    spent = []
    for _ in range(3):
        started = time.process_time()
        mask(text)
        spent.append(time.process_time() - started)
    return min(spent)
