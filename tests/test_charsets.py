from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

FORM = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nerror: it br\xc3\xb6ke\r\n--b--\r\n'


@pytest.mark.parametrize(
    "charset", ["zlib", "idna", "undefined", "rot13", "hex", "punycode", "no-such", "utf-8", "x" * 99]
)
@pytest.mark.parametrize("address", ["/match", "/api/v1/match"])
def test_a_form_is_read_whatever_encoding_it_names(address: str, charset: str) -> None:
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    response = Client().generic("POST", address, FORM, content_type=kind)
    assert response.status_code == 200
    assert "it br" in response.content.decode()


def test_an_encoding_that_is_one_is_believed() -> None:
    form = FORM.replace(b"\xc3\xb6", b"\xf6")
    kind = "multipart/form-data; boundary=b; charset=latin-1"
    assert "it bröke" in Client().generic("POST", "/match", form, content_type=kind).content.decode()
