"""Protocols that plugins add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from tests.core.connectors.conftest import BILL, CONNECTOR, ENUM
from tests.core.models import model_of

from sidra.connectors import protocols
from sidra.connectors.failures import Failing, NotConfigured, TimedOut, Unreadable
from sidra.connectors.protocols import GROUP, Endpoint
from sidra.connectors.service import Connectors
from sidra_metamodel.kinds.interfaces.connector import Operation

MODEL = CONNECTOR.replace("AUTH", "{kind: none}").replace("kind: connector\n", "kind: connector\nprotocol: soap\n")


class SoapClient:
    """A client as a plugin brings it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.told = (endpoint.connector.name, endpoint.affiliate, endpoint.environ["BILLING_URL"])
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.answer: object = {"items": [BILL]}

    def ask(self, operation: Operation, values: Mapping[str, str], seconds: float) -> object:
        assert 0 < seconds <= 1
        self.asked.append((operation.name, values))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[SoapClient]]:
    """The clients that were opened of the protocol `soap`, which a plugin brings."""
    made: list[SoapClient] = []

    def open_client(endpoint: Endpoint) -> SoapClient:
        made.append(SoapClient(endpoint))
        return made[-1]

    class Entry:
        name = "soap"

        @staticmethod
        def load() -> object:
            return open_client

    monkeypatch.setattr(protocols, "entry_points", lambda *, group: [Entry] if group == GROUP else [])
    protocols.installed_protocols.cache_clear()
    yield made
    protocols.installed_protocols.cache_clear()


def test_a_plugins_protocol_is_opened_once_and_kept_to_the_rules_of_all(opened: list[SoapClient]) -> None:
    connectors = Connectors(model_of(ENUM, MODEL.lstrip()), {"BILLING_URL": "soap://billing"})
    assert connectors.call("billing.bills", {"account": "A-1"}).rows[0]["number"] == "B-1"
    connectors.call("billing.bills", {"account": "A-1"})
    connectors.call("billing.pay", {"account": "A-2"})
    (client,) = opened
    assert client.told == ("billing", "sn", "soap://billing")
    assert client.asked == [("bills", {"account": "A-1"}), ("pay", {"account": "A-2"})]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (TimedOut("late"), TimedOut),
        ({"items": [{"day": "?"}]}, Unreadable),
        (ZeroDivisionError("secret"), Failing),
    ],
)
def test_what_a_plugins_protocol_brings_is_judged_as_any_other(
    opened: list[SoapClient], answer: object, error: type[Exception]
) -> None:
    connectors = Connectors(model_of(ENUM, MODEL.lstrip()), {"BILLING_URL": "soap://billing"})
    connectors.get("billing")
    opened[0].answer = answer
    with pytest.raises(error) as refused:
        connectors.call("billing.bills", {"account": "A-1"})
    assert "secret" not in str(refused.value)


def test_a_protocol_of_channels_is_none_of_connectors() -> None:
    connectors = Connectors(model_of(ENUM, MODEL.replace("soap", "simulator").lstrip()), {"BILLING_URL": "soap://a"})
    with pytest.raises(NotConfigured, match="simulator"):
        connectors.call("billing.bills", {"account": "A-1"})
