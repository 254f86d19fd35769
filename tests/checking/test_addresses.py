"""Addresses that may be asked: public ones, by http or https, without credentials."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import httpx
import pytest

from kb.checking.addresses import Guard, is_public
from kb.checking.outcomes import NoAnswer, Refused

PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
NOT_PUBLIC = """
    0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.8.8.8 168.63.129.16 169.254.169.254 172.16.0.1
    192.0.0.192 192.168.1.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1
    ff02::1 64:ff9b:1::1 2001:0:7f00:1:: 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2001:db8::1
""".split()


def guard(*numbers: str, allowed: str = "") -> Guard:
    return Guard(tuple(ip_network(network) for network in allowed.split()), lambda host, port: numbers)


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_a_name_that_means_something_inside_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="not a public address"):
        guard(number).numbers_of(httpx.URL("https://name.invalid/"))


@pytest.mark.parametrize("number", [PUBLIC, PUBLIC_6, f"::ffff:{PUBLIC}", "64:ff9b::5db8:d70e"])
def test_a_public_number_is_what_is_connected_to(number: str) -> None:
    assert guard(number).numbers_of(httpx.URL("https://name.invalid/")) == (number,)


@pytest.mark.parametrize("numbers", [(PUBLIC, "127.0.0.1"), ("10.0.0.1", PUBLIC), (PUBLIC, PUBLIC_6, "::1")])
def test_a_name_of_which_one_number_is_inside_is_refused(numbers: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        guard(*numbers).numbers_of(httpx.URL("https://name.invalid/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_number_in_whatever_form_is_refused_as_a_name_is(host: str) -> None:
    with pytest.raises((Refused, NoAnswer)):
        Guard().numbers_of(httpx.URL(f"http://{host}/"))


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://name.invalid/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://name.invalid/", "only http and https"),
        ("//name.invalid/", "only http and https"),
        ("https://ada:secret@name.invalid/", "credentials"),
        ("https://ada@name.invalid/", "credentials"),
        ("http:///path", "no host"),
    ],
)
def test_other_schemes_and_credentials_are_refused_before_a_name_is_resolved(address: str, why: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was resolved")

    with pytest.raises(Refused, match=why):
        Guard(resolve=resolve).numbers_of(httpx.URL(address))


def test_a_network_that_is_allowed_may_be_asked_and_its_neighbours_not() -> None:
    assert guard("10.1.2.3", allowed="10.1.0.0/16 fd00::/8").numbers_of(httpx.URL("http://wiki.invalid/"))
    assert guard("::ffff:10.1.2.3", allowed="10.1.0.0/16").numbers_of(httpx.URL("http://wiki.invalid/"))
    with pytest.raises(Refused):
        guard("10.2.2.3", allowed="10.1.0.0/16 fd00::/8").numbers_of(httpx.URL("http://wiki.invalid/"))


def test_a_name_that_leads_nowhere_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match=r"name\.invalid leads nowhere"):
        guard().numbers_of(httpx.URL("http://name.invalid/"))


def test_public_is_said_of_numbers_that_everybody_reaches() -> None:
    assert is_public(ip_address(PUBLIC))
    assert not is_public(ip_address("192.0.2.1"))
