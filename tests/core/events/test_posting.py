"""Where a callback leads: looked up once, and refused unless every address is reached from everywhere."""

from __future__ import annotations

import pytest

from sidra.connectors.failures import Unreachable
from sidra.events.posting import CallbackRefused, Target, target_of

CALLBACK = "https://desk.example:8443/listener?of=1"


def test_the_address_that_was_looked_at_is_connected_to_and_the_name_is_kept() -> None:
    found = target_of(CALLBACK, loopback=False, resolve=lambda *_: ["93.184.216.34"])
    assert found == Target("https://93.184.216.34:8443/listener?of=1", "desk.example:8443", "desk.example")
    found = target_of(CALLBACK, loopback=False, resolve=lambda *_: ["2606:2800:220:1:248:1893:25c8:1946"])
    assert found.url == "https://[2606:2800:220:1:248:1893:25c8:1946]:8443/listener?of=1"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:7f00:1::"],
        ["fe80::1%eth0"],
        ["fd00:ec2::254"],
        ["0.0.0.0"],
        ["255.255.255.255"],
        [],
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(addresses: list[str]) -> None:
    with pytest.raises(CallbackRefused):
        target_of(CALLBACK, loopback=False, resolve=lambda *_: addresses)


def test_with_loopback_this_machine_may_be_told_in_the_clear_and_no_other_private_address() -> None:
    callback = "http://desk.example/listener"
    assert target_of(callback, loopback=True, resolve=lambda *_: ["127.0.0.1"]).url == "http://127.0.0.1/listener"
    for addresses in (["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["93.184.216.34"]):
        with pytest.raises(CallbackRefused):
            target_of(callback, loopback=True, resolve=lambda *_, found=addresses: found)


def test_a_name_that_leads_nowhere_may_lead_somewhere_later() -> None:
    def resolve(*_: object) -> list[str]:
        raise OSError

    with pytest.raises(Unreachable):
        target_of(CALLBACK, loopback=False, resolve=resolve)
