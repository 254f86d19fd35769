from __future__ import annotations

import time

import pytest

from kb.matching.cleaning import clean
from kb.matching.environment import EDGE, environment_of
from kb.matching.records import Fact, FactName

_TOOLS = [
    ("git version 2.39.5", "git 2.39.5"),
    ("git version 2.39.3 (Apple Git-146)", "git 2.39.3"),
    ("git version 2.47.0.windows.2", "git 2.47.0.windows.2"),
    ("git-lfs/3.3.0 (GitHub; linux amd64; go 1.19.8)", "git-lfs 3.3.0"),
    ("gh version 2.40.1 (2023-12-13)", "github 2.40.1"),
    ("OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024", "openssl 3.0.15, ssh 9.2p1"),
    ("OpenSSH_8.9p1, OpenSSL 3.0.2 15 Mar 2022", "openssl 3.0.2, ssh 8.9p1"),
    ("OpenSSL 3.0.15 3 Sep 2024 (Library: OpenSSL 3.0.15 3 Sep 2024)", "openssl 3.0.15"),
    ("curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1", "curl 7.88.1"),
    ("Python 3.11.7", "python 3.11.7"),
    ("Python 3.12.0rc1 (main, Oct  2 2023) [GCC 12.2.0] on linux", "python 3.12.0rc1"),
    ("Using CPython 3.12.1", "python 3.12.1"),
    ("Successfully set up CPython (3.11.7)", "python 3.11.7"),
    ("pip 23.2.1 from /usr/lib/python3/dist-packages/pip (python 3.11)", "pip 23.2.1, python 3.11"),
    ("Poetry (version 1.7.1)", "poetry 1.7.1"),
    ("uv 0.4.0 (f5f0a3b 2024-08-28)", "uv 0.4.0"),
    ("Django version 4.2.16, using settings 'app.settings'", "django 4.2.16"),
    (" -------------- celery@web v5.3.6 (emerald-rush)", "celery 5.3.6"),
    ("Node.js v20.11.0", "node 20.11.0"),
    ("node v20.1", "node 20.1"),
    ("npm ERR! node v18.19.0", "node 18.19.0"),
    ("npm ERR! npm  v9.2.0", "npm 9.2.0"),
    ("npm info using npm@10.2.3", "npm 10.2.3"),
    ("gyp ERR! node -v v18.19.0", "node 18.19.0"),
    ("gyp ERR! node-gyp -v v9.4.1", "node-gyp 9.4.1"),
    ("gyp info using node@20.10.0 | linux | x64", "node 20.10.0"),
    ("npm 10.8", "npm 10.8"),
    ("npm notice New major version of npm available! 9.2.0 -> 11.0.0", "npm 9.2.0"),
    ("node: v20.10.0\nnpm: 10.2.3\nyarn: 1.22.21", "node 20.10.0, npm 10.2.3, yarn 1.22.21"),
    ("yarn install v1.22.22", "yarn 1.22.22"),
    ("bun install v1.0.25 (a8ff7be6)", "bun 1.0.25"),
    ("deno 1.39.0 (release, x86_64-unknown-linux-gnu)", "deno 1.39.0"),
    ("ESLint: 8.56.0", "eslint 8.56.0"),
    ("vite v5.0.12 building for production...", "vite 5.0.12"),
    ("webpack 5.90.0 compiled with 1 error in 512 ms", "webpack 5.90.0"),
    ("▲ Next.js 14.1.0", "nextjs 14.1.0"),
    ("Vercel CLI 33.0.1", "vercel 33.0.1"),
    ("go version go1.22.1 linux/amd64", "go 1.22.1"),
    ("rustc 1.75.0 (82e1608df 2023-12-21)", "rust 1.75.0"),
    ("cargo 1.75.0 (1d8b05cdd 2023-11-20)", "cargo 1.75.0"),
    ('openjdk version "17.0.9" 2023-10-17', "java 17.0.9"),
    ('java version "1.8.0_392"', "java 1.8.0_392"),
    ("openjdk 21.0.1 2023-10-17", "java 21.0.1"),
    ("Apache Maven 3.9.6 (bc0240f3c744dd6b6ec2920b3cd08dcc295161ae)", "maven 3.9.6"),
    ("Gradle 8.5", "gradle 8.5"),
    ("Welcome to Gradle 8.5!", "gradle 8.5"),
    (" :: Spring Boot ::                (v3.2.0)", "spring-boot 3.2.0"),
    ("MSBuild version 17.8.3+195e7f5a3 for .NET", "dotnet 17.8.3+195e7f5a3"),
    ("PHP 8.2.7 (cli) (built: Jun  9 2023 19:37:27) (NTS)", "php 8.2.7"),
    ("Composer version 2.5.8 2023-06-09 17:13:21", "composer 2.5.8"),
    ("ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) [x86_64-linux]", "ruby 3.1.2p20"),
    ("This is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64", "perl 5.36.0"),
    ("gcc (Debian 12.2.0-14) 12.2.0", "c-cpp 12.2.0"),
    ("-- The C compiler identification is GNU 12.2.0", "c-cpp 12.2.0"),
    ("Debian clang version 14.0.6", "c-cpp 14.0.6"),
    ("cmake version 3.25.1", "cmake 3.25.1"),
    ("GNU Make 4.3", "make 4.3"),
    ("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)", "bash 5.2.15"),
    ("Docker version 24.0.7, build afdd53b", "docker 24.0.7"),
    ("Docker Compose version v2.21.0", "compose 2.21.0"),
    ("docker-compose version 1.29.2, build 5becea4c", "compose 1.29.2"),
    ("podman version 4.3.1", "podman 4.3.1"),
    ("#1 [internal] load build definition from Dockerfile", "buildkit"),
    ("Client Version: v1.29.1", "kubernetes 1.29.1"),
    ('Client Version: version.Info{Major:"1", Minor:"26", GitVersion:"v1.26.0", GitCommit:"b"}', "kubernetes 1.26.0"),
    ('version.BuildInfo{Version:"v3.14.0", GitCommit:"3fc9f4b"}', "helm 3.14.0"),
    ("Terraform v1.9.0\non linux_amd64", "terraform 1.9.0"),
    ("ansible-playbook [core 2.15.1]", "ansible 2.15.1"),
    ("aws-cli/2.15.0 Python/3.11.6 Linux/5.15.0 exe/x86_64", "aws 2.15.0, python 3.11.6"),
    ("Google Cloud SDK 460.0.0", "gcloud 460.0.0"),
    ("azure-cli                         2.57.0", "azure 2.57.0"),
    ("psql (PostgreSQL) 15.5 (Debian 15.5-0+deb12u1)", "postgres 15.5"),
    ("mysql  Ver 8.0.35 for Linux on x86_64 (MySQL Community Server - GPL)", "mysql 8.0.35"),
    ("Redis server v=7.0.15 sha=00000000:0", "redis 7.0.15"),
    ("nginx version: nginx/1.22.1", "nginx 1.22.1"),
    ("Xcode 15.1\nBuild version 15C65", "xcode 15.1"),
    ("Running with gitlab-runner 18.5.0 (bda84871)", "gitlab-runner 18.5.0"),
    ("Current runner version: '2.329.0'", "actions-runner 2.329.0"),
    ("platform linux -- Python 3.11.7, pytest-8.0.0, pluggy-1.4.0", "pytest 8.0.0, python 3.11.7"),
]
_SYSTEMS = [
    ("##[group]Operating System\n  Ubuntu\n  24.04.1\n  LTS\n##[endgroup]", "Ubuntu 24.04.1"),
    ("##[group]Operating System\nmacOS\n14.2.1\n23C71\n##[endgroup]", "macOS 14.2.1"),
    ("##[group]Operating System\nMicrosoft Windows Server 2022\n10.0.20348\nDatacenter", "Windows Server 2022"),
    ("2026-11-20T10:11:12.1234567Z Image: ubuntu-24.04", "Ubuntu 24.04"),
    ("Image: macos-14-arm64", "macOS 14"),
    ("Image: windows-2022", "Windows Server 2022"),
    ("Environment: ubuntu-20.04", "Ubuntu 20.04"),
    ('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', "Debian 12"),
    ("Debian GNU/Linux 12", "Debian 12"),
    ("Description:\tUbuntu 22.04.3 LTS", "Ubuntu 22.04.3"),
    ('PRETTY_NAME="Alpine Linux v3.19"', "Alpine 3.19"),
    ("CentOS Linux release 7.9.2009 (Core)", "CentOS 7.9.2009"),
    ("Linux build-7 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64 GNU/Linux", "Linux 6.1.0-18-amd64"),
    ('OS name: "linux", version: "6.1.0-18-amd64", arch: "amd64", family: "unix"', "Linux 6.1.0-18-amd64"),
    ("npm ERR! System Linux 5.15.0-91-generic", "Linux 5.15.0-91-generic"),
    ("platform linux -- Python 3.11.7, pytest-8.0.0", "Linux"),
    ("Darwin mac.local 23.2.0 Darwin Kernel Version 23.2.0: Wed Nov 15 21:53:18 PST 2023", "Darwin 23.2.0"),
    ("ProductName:\t\tmacOS\nProductVersion:\t\t14.2.1", "macOS 14.2.1"),
    ("Microsoft Windows [Version 10.0.22631.2861]", "Windows 10.0.22631.2861"),
    ("npm ERR! System Windows_NT 10.0.19045", "Windows 10.0.19045"),
]
_CI = [
    ("Current runner version: '2.329.0'", "GitHub Actions"),
    ("2026-11-20T10:11:12.1234567Z ##[group]Run make", "GitHub Actions"),
    ("##[group]Build\n##[endgroup]", "GitHub Actions"),
    ("::error file=a.py,line=1::broken", "GitHub Actions"),
    ("##[error]Process completed with exit code 1.", "GitHub Actions"),
    ("##[section]Starting: CmdLine\n##[group]x\n##[endgroup]", "Azure Pipelines"),
    ("##[error]Bash exited with code '1'.", "Azure Pipelines"),
    ("section_start:1795194013:prepare_executor\r\x1b[0Kx", "GitLab CI"),
    ("\x1b[31;1mERROR: Job failed: exit code 1", "GitLab CI"),
    ("[Pipeline] Start of Pipeline", "Jenkins"),
    ("[2026-11-20T12:30:05.279Z] [Pipeline] sh", "Jenkins"),
    ("Finished: FAILURE", "Jenkins"),
    ("Build-agent version 1.0.210245-8d4e2ba8", "CircleCI"),
    ("travis_fold:start:worker_info", "Travis CI"),
    ("##teamcity[testStarted name='a']", "TeamCity"),
    ("[Container] 2026/11/20 10:11:12 Running command make", "AWS CodeBuild"),
    ('Step #0 - "build": make', "Google Cloud Build"),
]
# Lines that name a version without saying what runs here.
_NO_FACTS = [
    "",
    "Python 3.8 or later is required",
    "requires Python >=3.11",
    "error: package requires git version 2.40 or later",
    "node 18 is no longer supported",
    "npm warn EBADENGINE   required: { node: '>=20' },",
    "added @types/node@20.11.5",
    "Collecting pip 23.2",
    "rustc 1.70 or newer is needed",
    "Gradle 8.5 is not compatible with Java 21",
    "Your version of Terraform is out of date! The latest version is 1.9.0",
    "FROM ubuntu:22.04",
    "Ubuntu 22.04 is deprecated",
    "tests/test_python_3.py::test_a PASSED",
    "debug1: Remote protocol version 2.0, remote software version OpenSSH_8.9p1",
    "see https://docs.docker.com/engine/release-notes/ Docker version 24.0.7, build x",
    "##[error]something failed",
    "##[warning]something is deprecated",
    "a [Pipeline] of things",
    "fix: use Python 3.11.7 in CI",
]


def _facts(text: str, name: FactName) -> str:
    received = text.encode()
    facts = [fact for fact in environment_of(clean(received), received) if fact.name is name]
    return ", ".join(sorted(f"{fact.value} {fact.version}".rstrip() for fact in facts))


@pytest.mark.parametrize(("text", "tools"), _TOOLS)
def test_a_tool_and_its_version_are_read_where_it_names_itself(text: str, tools: str) -> None:
    assert _facts(text, FactName.TOOL) == tools


@pytest.mark.parametrize(("text", "system"), _SYSTEMS)
def test_the_system_is_read_where_it_is_named(text: str, system: str) -> None:
    assert _facts(text, FactName.SYSTEM) == system


@pytest.mark.parametrize(("text", "ci"), _CI)
def test_the_ci_is_told_by_its_own_marks(text: str, ci: str) -> None:
    assert _facts(text, FactName.CI) == ci


@pytest.mark.parametrize("text", _NO_FACTS)
def test_nothing_is_guessed(text: str) -> None:
    assert environment_of(clean(text.encode()), text.encode()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "$ npm -v\n10.8.2",
        "+ npm --version\n10.8.2",
        "##[group]Run npm -v\n\x1b[36;1mnpm -v\x1b[0m\nshell: /usr/bin/bash -e {0}\n##[endgroup]\n10.8.2",
    ],
)
def test_a_bare_version_belongs_to_the_command_that_was_echoed_before_it(text: str) -> None:
    assert _facts(text, FactName.TOOL) == "npm 10.8.2"


@pytest.mark.parametrize("text", ["$ npm -v && node -v\n10.8.2\n", "$ npm -v\nerror\n10.8.2", "10.8.2"])
def test_a_bare_version_that_may_be_anybodys_is_left_alone(text: str) -> None:
    assert _facts(text, FactName.TOOL) == ""


def test_a_fact_carries_the_number_of_its_line_in_the_text_as_received() -> None:
    received = b"one\rstill one\r\ntwo\n\x1b[1mgit\x1b[0m version 2.39.5\r\n"
    assert environment_of(clean(received), received) == (Fact(FactName.TOOL, "git", "2.39.5", 3),)


def test_facts_stand_in_the_order_of_their_lines_and_each_once() -> None:
    text = b"git version 2.39.5\nPython 3.11.7\ngit version 2.39.5\ngit version 2.47.0\n"
    found = [(fact.value, fact.version, fact.line) for fact in environment_of(clean(text), text)]
    assert found == [("git", "2.39.5", 1), ("python", "3.11.7", 2), ("git", "2.47.0", 4)]


def test_a_version_behind_the_prefixes_of_a_ci_is_read() -> None:
    assert _facts("2026-11-20T10:11:12.1234567Z git version 2.39.5", FactName.TOOL) == "git 2.39.5"
    assert _facts("#7 0.412 Python 3.11.7", FactName.TOOL) == "python 3.11.7"


def test_both_ends_of_a_long_text_are_read_and_its_middle_is_not() -> None:
    filler = b"compiling\n" * (EDGE // 5)
    text = b"git version 2.39.5\n" + filler + b"Python 3.11.7\n" + filler + b"Node.js v20.11.0\n"
    facts = environment_of(clean(text), text)
    assert [(fact.value, fact.line) for fact in facts] == [("git", 1), ("node", text.count(b"\n"))]


def test_a_long_text_of_one_line_is_read_at_its_ends_alone() -> None:
    text = b"x" * (5 * EDGE) + b"\ngit version 2.39.5"
    assert environment_of(text) == (Fact(FactName.TOOL, "git", "2.39.5", 2),)
    assert environment_of(b"git version 2.39.5 " + b"x" * (5 * EDGE)) == (Fact(FactName.TOOL, "git", "2.39.5", 1),)


def test_without_the_text_as_received_lines_are_counted_in_the_view() -> None:
    assert environment_of(b"a\ngit version 2.39.5") == (Fact(FactName.TOOL, "git", "2.39.5", 2),)


@pytest.mark.parametrize(
    "nasty",
    [
        b"git version 1\n", b"git version 1", b"PHP ", b"\0", b'PRETTY_NAME="', b"#1 [internal]", b"$ npm -v\n",
        b"a version: b ", b"##[",
    ],
)  # fmt: skip
def test_a_text_full_of_versions_costs_no_more_than_its_length(nasty: bytes) -> None:
    text = nasty * (2 * EDGE // len(nasty))
    started = time.process_time()
    facts = environment_of(text)
    assert time.process_time() - started < 2
    assert len(facts) <= 40


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"git version \xff", b"\n" * 1000, b"Python 3." + b"1" * 5000])
def test_no_text_is_refused(text: bytes) -> None:
    assert len(environment_of(clean(text), text)) <= 1
