import pytest

from sidra.access.oidc.refusals import ProviderUnreachable
from sidra.access.oidc.transport import Transport


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::", "240.0.0.1"],
)
def test_no_provider_is_on_this_machine_or_where_a_cloud_keeps_its_secrets(address: str) -> None:
    transport = Transport(is_local=False, resolve=lambda *_: [address])
    with pytest.raises(ProviderUnreachable) as caught:
        transport.get("https://login.example/.well-known/openid-configuration")
    assert caught.value.why == "address"


@pytest.mark.parametrize("addresses", [["10.1.2.3", "169.254.169.254"], ["203.0.113.7", "127.0.0.1"]])
def test_a_name_with_one_address_that_cannot_be_is_not_asked_at_all(addresses: list[str]) -> None:
    transport = Transport(is_local=False, resolve=lambda *_: addresses)
    with pytest.raises(ProviderUnreachable) as caught:
        transport.get("https://login.example/")
    assert caught.value.why == "address"


@pytest.mark.parametrize(
    "url", ["http://login.example/", "ftp://login.example/", "file:///etc/passwd", "//x", "", "http://["]
)
def test_only_https_is_asked(url: str) -> None:
    transport = Transport(is_local=False, resolve=lambda *_: ["203.0.113.7"])
    with pytest.raises(ProviderUnreachable):
        transport.get(url)


def test_a_provider_on_this_machine_sends_nobody_elsewhere() -> None:
    transport = Transport(is_local=True, resolve=lambda *_: ["10.0.0.1"])
    with pytest.raises(ProviderUnreachable) as caught:
        transport.get("http://login.example/")
    assert caught.value.why == "address"


def test_an_address_in_the_company_is_connected_to_by_the_number_that_was_looked_at() -> None:
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["10.1.2.3"] if len(asked) == 1 else ["169.254.169.254"]

    transport = Transport(is_local=False, resolve=resolve)
    target, host = transport._target("https://login.example/keys?a=b")
    assert (target, host) == ("https://10.1.2.3:443/keys?a=b", "login.example")
    assert asked == [("login.example", 443)]
