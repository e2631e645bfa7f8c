import pytest

from sidra.connectors.addresses import base_parts, target_of
from sidra.connectors.failures import NotAllowed, NotConfigured


def target(url: str, found: str, *, internal: bool = False) -> str:
    return target_of(base_parts(url, "BILLING_URL"), internal=internal, resolve=lambda *_: [found])


@pytest.mark.parametrize(
    ("url", "found", "internal"),
    [
        ("https://billing.example/api", "93.184.216.34", False),
        ("http://127.0.0.1:8080", "127.0.0.1", False),
        ("http://localhost:8080", "::1", False),
        ("http://10.1.2.3", "10.1.2.3", False),
        ("http://billing.corp", "10.1.2.3", True),
    ],
)
def test_a_system_is_where_its_address_says(url: str, found: str, internal: bool) -> None:
    assert target(url, found, internal=internal) == found


@pytest.mark.parametrize(
    ("url", "found", "internal"),
    [
        pytest.param("https://billing.example", "127.0.0.1", False, id="a name that leads to this machine"),
        pytest.param("https://billing.example", "127.0.0.1", True, id="the same where the company's network may be"),
        pytest.param("https://billing.example", "10.1.2.3", False, id="a name that leads into a private network"),
        pytest.param("https://billing.example", "::ffff:10.1.2.3", False, id="the same in another form"),
        pytest.param("https://billing.example", "64:ff9b::a01:203", False, id="the same through a translator"),
        pytest.param("https://billing.example", "2002:a01:203::1", False, id="the same through a tunnel"),
        pytest.param("https://billing.example", "64:ff9b::7f00:1", True, id="this machine through a translator"),
        pytest.param("https://billing.example", "169.254.169.254", True, id="where clouds keep their secrets"),
        pytest.param("https://billing.example", "fd00:ec2::254", True, id="the same in the newer form"),
        pytest.param("http://169.254.169.254", "169.254.169.254", False, id="the same outright"),
        pytest.param("https://billing.example", "224.0.0.1", True, id="nobody in particular"),
        pytest.param("http://billing.example", "93.184.216.34", False, id="without encryption"),
    ],
)
def test_a_system_is_not_elsewhere(url: str, found: str, internal: bool) -> None:
    with pytest.raises(NotAllowed):
        target(url, found, internal=internal)


@pytest.mark.parametrize(
    "url", ["", "billing", "ftp://a", "https://", "https://u:secret@a", "https://a:x", "https://a/?q=1", "http://[::"]
)
def test_what_is_no_address_is_told_by_its_variable_alone(url: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        base_parts(url, "BILLING_URL")
    assert "BILLING_URL" in str(refused.value)
    assert "secret" not in str(refused.value)
