from __future__ import annotations

import subprocess

import pytest

from kb.matching.filling import Place, fill, safe_values, slots, template


def test_a_value_with_a_blank_is_not_filled_into_a_path() -> None:
    filled = fill("rm {{ path }}", {"path": "/tmp/a b;c"})
    assert filled.text == "rm PATH"


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\xad", "\u3164", "\U000e0041"])
def test_a_value_with_a_sign_that_nobody_sees_leaves_the_slot_open(sign: str) -> None:
    assert fill("cat {{ any }}", {"any": f"a{sign}b"}).text == "cat ANY"


def test_values_are_quoted_for_a_shell() -> None:
    assert fill("ls {{ path }}", {"path": "/tmp/$HOME;x"}).text == "ls '/tmp/$HOME;x'"


def test_a_plain_value_makes_a_command_that_can_be_pasted() -> None:
    filled = fill("ssh -T git@{{ host }} -p {{port}}", {"host": "git.example", "port": "2222"})
    assert filled.text == "ssh -T git@git.example -p 2222"
    assert filled.filled


@pytest.mark.parametrize("value", ["", "a'b", "a`id`", "a\nb", "a\x1b[2J", "[redacted]", "x" * 500, "a;b"])
def test_a_value_that_is_not_safe_leaves_the_slot_readable(value: str) -> None:
    filled = fill("nc {{ host }} 22", {"host": value})
    assert filled.text == "nc HOST 22"
    assert not filled.filled


def test_a_command_without_slots_is_as_it_was() -> None:
    assert fill("git push ${{ github.ref }}", {}).text == "git push ${{ github.ref }}"


def test_slots_are_named_once_each() -> None:
    assert slots("a {{ name }} {{ name_2 }} {{name}}") == ("name", "name_2")


@pytest.mark.parametrize(
    ("command", "value", "filled"),
    [
        ("ls {{ path }}", "/a;reboot", "ls '/a;reboot'"),
        ("ls '{{ path }}'", "/a;reboot", "ls '/a;reboot'"),
        ("ls 'x {{ path }}/y' z", "/a", "ls 'x /a/y' z"),
        ('ls "{{ path }}"', "/a;reboot", 'ls "/a;reboot"'),
        ('ls "it\\"s {{ path }}"', "/a", 'ls "it\\"s /a"'),
        ("sh -c 'ls {{ path }}'", "/a", "sh -c 'ls /a'"),
        ("echo \\' {{ path }}", "/a;b", "echo \\' '/a;b'"),
        ("echo $(ls {{ path }})", "/a;b", "echo $(ls '/a;b')"),
        ('echo "$(ls {{ path }})"', "/a", 'echo "$(ls /a)"'),
        ("git push --force-with-lease={{ path }}", "/a b", "git push --force-with-lease=PATH"),
    ],
)
def test_a_value_is_quoted_by_the_rules_of_its_place(command: str, value: str, filled: str) -> None:
    assert fill(command, {"path": value}).text == filled


@pytest.mark.parametrize(
    ("command", "value"),
    [
        ('ls "{{ path }}"', "/a$(reboot)"),
        ('ls "{{ path }}"', "/a$HOME"),
        ('ls "{{ path }}"', "/a\\"),
        ('ls "{{ path }}"', "/a!1"),
        ('echo "$(ls {{ path }})"', "/a;b"),
        ('echo "`ls {{ path }}`"', "/a;b"),
        ("echo $'{{ path }}'", "/a\\x27;b"),
        ("cat <<EOF\n{{ path }}\nEOF", "/a$(reboot)"),
        ("ls # {{ path }}", "/a;b"),
        ("sh -c 'ls {{ path }}'", "/a;reboot"),
        ('ssh host "ls {{ path }}"', "/a|reboot"),
        ("""ssh host "ls '{{ path }}'" """, "/a;reboot"),
        ("sed 's#{{ path }}#b#' c", "/a#e;#"),
        ('node -e "f({{ path }})"', "/a/);process.exit("),
        ("ls {{ path }}", "--version"),
        ("ls '{{ path }}'", "-rf"),
    ],
)
def test_a_value_that_could_become_more_than_a_word_leaves_the_slot_open(command: str, value: str) -> None:
    filled = fill(command, {"path": value})
    assert value not in filled.text
    assert "PATH" in filled.text
    assert not filled.filled


@pytest.mark.parametrize(
    "value", ["/a;id", "/a$(id)", "/a|id", "/a&&id", "/a>b", "/a*", "/a{b,c}", "/a#b", "/a\\b", "~root", "/a!!"]
)
@pytest.mark.parametrize("command", ["printf %s {{ path }}", "printf %s '{{ path }}'", 'printf %s "{{ path }}"'])
def test_a_shell_reads_a_filled_value_as_that_value(command: str, value: str) -> None:
    filled = fill(command, {"path": value})
    if filled.filled:
        printed = subprocess.run(["sh", "-c", filled.text], capture_output=True, check=True, text=True).stdout
        assert printed == value
    else:
        assert filled.text == command.replace("{{ path }}", "PATH")


@pytest.mark.parametrize(
    "command",
    [
        "$env:HTTPS_PROXY = 'http://{{ host }}'",
        "Get-Content {{ path }}",
        "icacls {{ path }} /reset",
        "setx PATH {{ path }}",
        "netsh interface show {{ name }}",
        "powershell -c \"ls {{ path }}\"",
        "type %USERPROFILE%\\{{ name }}",
        "dir C:\\Users\\{{ name }}",
        ".\\gradlew.bat {{ name }}",
        "wsl.exe -d {{ name }}",
        "Resolve-DnsName {{ host }}",
    ],
)  # fmt: skip
def test_a_command_for_windows_keeps_its_slots_open(command: str) -> None:
    filled = fill(command, {"host": "git.example", "path": "/a", "name": "x"})
    assert not filled.filled
    assert filled.text.endswith(command.rpartition("}}")[2])
    assert any(word in filled.text for word in ("HOST", "PATH", "NAME"))


@pytest.mark.parametrize(
    "command",
    [
        "git config --get-all remote.{{ name }}.url",
        "git config --get-regexp '^http\\..*' {{ name }}",
        "sed 's#://[^@/]*@##' {{ name }}",
        "grep -E 'a\\.b$' {{ name }}",
        "date +%F-{{ name }}",
        "kubectl get pod {{ name }}",
        "echo get-up {{ name }}",
    ],
)
def test_a_posix_command_is_not_taken_for_one_of_windows(command: str) -> None:
    assert fill(command, {"name": "x"}).filled


def test_a_template_is_the_command_in_pieces() -> None:
    pieces = template("ssh -p {{ port }} '{{ name }}'@{{host}}")
    assert [piece if isinstance(piece, str) else (piece.name, piece.place, piece.begins_word) for piece in pieces] == [
        "ssh -p ",
        ("port", Place.BARE, True),
        " '",
        ("name", Place.SINGLE_QUOTED, True),
        "'@",
        ("host", Place.BARE, False),
    ]


def test_only_values_without_secrets_and_of_their_own_shape_are_handed_on() -> None:
    values = {"host": "a.example", "path": "/tmp/a b", "name": "[redacted]", "port": "22", "num": "x\ny"}
    assert safe_values(values) == {"host": "a.example", "port": "22"}
