import contextlib
import datetime
import threading
import time
from collections.abc import Mapping
from decimal import Decimal
from threading import Thread

import orjson
import pytest
from tests.core.connectors.conftest import BILL, Connect, Stub, Watch

from sidra.connectors.failures import (
    BadArgument,
    CallFailed,
    Failing,
    LeftAlone,
    NotAllowed,
    NotConfigured,
    Refused,
    TimedOut,
    Unreachable,
    Unreadable,
)
from sidra.connectors.rest import MAX_BYTES
from sidra.connectors.service import AT_ONCE, Connector
from sidra.errors import NotFound
from sidra_metamodel.kinds.interfaces.connector import Operation
from sidra_metamodel.values import Money

GOOD = (200, orjson.dumps({"items": [BILL]}))
BAD = (503, b"{}")
ACCOUNT = {"account": "A-1"}


def test_an_answer_has_values_of_the_declared_types(connect: Connect, stub: Stub) -> None:
    stub.answers = [GOOD]
    row = connect().call("bills", ACCOUNT).rows[0]
    assert row == {
        "number": "B-1",
        "amount": Money(Decimal("12.5000"), "EUR"),
        "day": datetime.date(2026, 11, 1),
        "state": "paid",
    }


def test_what_an_answer_lacks_is_no_value(connect: Connect, stub: Stub) -> None:
    stub.answers = [(200, b'{"items": [{"id": null}]}')]
    assert set(connect().call("bills", ACCOUNT).rows[0].values()) == {None}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(b"not json", id="no JSON"),
        pytest.param(b'{"items": [{"due": "plenty"}]}', id="no amount"),
        pytest.param(b'{"items": [{"day": "2026-13-45"}]}', id="no day"),
        pytest.param(b'{"items": [{"state": "lost"}]}', id="no value of the list"),
        pytest.param(b'{"items": [{"id": {"a": 1}}]}', id="no text"),
        pytest.param(b'{"items": [' + b",".join([b"{}"] * 501) + b"]}", id="too many"),
        pytest.param(b'"' + b"x" * MAX_BYTES + b'"', id="too large"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_a_hostile_answer_is_refused_without_its_text(connect: Connect, stub: Stub, given: bytes) -> None:
    stub.answers = [(200, given)]
    with pytest.raises(Unreadable) as refused:
        connect().call("bills", ACCOUNT)
    assert "plenty" not in str(refused.value)
    assert len(stub.seen) == 1


def test_an_answer_serves_again_until_it_is_too_old(connect: Connect, stub: Stub, watch: Watch) -> None:
    stub.answers = [GOOD]
    connector = connect()
    connector.call("bills", ACCOUNT)
    watch.now += 59
    assert connector.call("bills", ACCOUNT).age_seconds == 59
    assert len(stub.seen) == 1
    watch.now += 2
    assert connector.call("bills", ACCOUNT).age_seconds == 0
    assert len(stub.seen) == 2


def test_the_answer_for_one_is_never_that_for_another(connect: Connect, stub: Stub) -> None:
    stub.answers = [GOOD, (200, b'{"items": []}')]
    connector = connect()
    assert connector.call("bills", ACCOUNT).rows
    assert not connector.call("bills", {"account": "A-2"}).rows


def test_what_was_answered_last_stands_in_for_a_system_that_is_away(connect: Connect, stub: Stub, watch: Watch) -> None:
    stub.answers = [GOOD, BAD]
    connector = connect()
    connector.call("bills", ACCOUNT)
    watch.now += 600
    found = connector.call("bills", ACCOUNT)
    assert found.rows[0]["number"] == "B-1"
    assert found.age_seconds == 600
    assert isinstance(found.failure, Failing)
    watch.now += 24 * 3600
    with pytest.raises(Failing):
        connector.call("bills", ACCOUNT)


def test_a_call_that_failed_is_tried_again(connect: Connect, stub: Stub) -> None:
    stub.answers = [BAD, GOOD]
    assert connect().call("bills", ACCOUNT).rows
    assert len(stub.seen) == 2


def test_what_changes_something_is_never_repeated_nor_kept(connect: Connect, stub: Stub) -> None:
    stub.answers = [BAD, (200, b'{"id": "1"}')]
    connector = connect()
    with pytest.raises(Failing):
        connector.call("pay", ACCOUNT)
    assert len(stub.seen) == 1
    connector.call("pay", ACCOUNT)
    connector.call("pay", ACCOUNT)
    assert [seen[2] for seen in stub.seen] == [b'{"to":"A-1"}'] * 3


def test_a_system_that_is_late_is_not_waited_for(connect: Connect, stub: Stub) -> None:
    stub.answers, stub.delay = [GOOD], 3.0
    with pytest.raises(TimedOut):
        connect().call("bills", ACCOUNT, patience=0.1)


def opened(connector: Connector) -> None:
    for number in range(2):
        with pytest.raises(Failing):
            connector.call("bills", {"account": f"A-{number}"})


def test_a_system_that_fails_is_left_alone_and_then_tried_by_one_call(
    connect: Connect, stub: Stub, watch: Watch
) -> None:
    stub.answers = [BAD]
    connector = connect()
    opened(connector)
    asked = len(stub.seen)
    with pytest.raises(LeftAlone):
        connector.call("bills", ACCOUNT)
    assert (connector.state, len(stub.seen)) == ("open", asked)
    watch.now += 30
    assert str(connector.state) == "half_open"
    stub.answers = [GOOD]
    assert connector.call("bills", ACCOUNT).rows
    assert str(connector.state) == "closed"


def test_a_trial_that_fails_leaves_the_system_alone_anew(connect: Connect, stub: Stub, watch: Watch) -> None:
    stub.answers = [BAD]
    connector = connect()
    opened(connector)
    watch.now += 30
    with pytest.raises(Failing):
        connector.call("bills", ACCOUNT)
    assert str(connector.state) == "open"


def test_a_refusal_speaks_against_who_asked_and_not_against_the_system(connect: Connect, stub: Stub) -> None:
    stub.answers = [(404, b"{}")]
    connector = connect()
    for number in range(4):
        with pytest.raises(Refused):
            connector.call("bills", {"account": f"A-{number}"})
    assert str(connector.state) == "closed"
    assert len(stub.seen) == 4


def test_a_redirect_is_not_followed(connect: Connect, stub: Stub) -> None:
    stub.answers, stub.headers = [(302, b"")], {"Location": "http://127.0.0.1:1/"}
    with pytest.raises(Refused):
        connect().call("bills", ACCOUNT)
    assert len(stub.seen) == 1


def test_a_value_stays_one_part_of_an_address(connect: Connect, stub: Stub) -> None:
    stub.answers = [GOOD]
    connect().call("bills", {"account": "a/../b?c=d&e#f %2e"})
    part = "a%2F..%2Fb%3Fc%3Dd%26e%23f%20%252e"
    assert stub.seen[0][1] == f"/bills/{part}?of={part}"


@pytest.mark.parametrize("value", ["..", ".", "a\nb", "x" * 501])
def test_a_value_that_would_lead_elsewhere_is_refused(connect: Connect, stub: Stub, value: str) -> None:
    with pytest.raises(BadArgument):
        connect().call("bills", {"account": value})
    assert not stub.seen


@pytest.mark.parametrize(
    "address",
    ["http://localtest.invalid/", "http://169.254.169.254/latest", "http://0.0.0.0/", "ftp://a.example/", "nothing"],
)
def test_an_address_that_must_not_be_is_not_connected_to(connect: Connect, address: str) -> None:
    with pytest.raises((NotAllowed, NotConfigured, Unreachable)):
        connect(BILLING_URL=address).call("bills", ACCOUNT)


def test_a_variable_that_is_not_set_is_named(connect: Connect) -> None:
    with pytest.raises(NotConfigured, match="BILLING_URL"):
        connect(BILLING_URL="").call("bills", ACCOUNT)


def test_who_asks_is_told_by_the_secret_of_the_environment(connect: Connect, stub: Stub) -> None:
    stub.answers = [GOOD]
    connect("{kind: bearer, secret: {environment: TOKEN}}", TOKEN="t0p").call("bills", ACCOUNT)
    basic = "{kind: basic, user: {environment: NAME}, secret: {environment: TOKEN}}"
    connect(basic, NAME="us", TOKEN="t0p").call("bills", ACCOUNT)
    assert [seen[3] for seen in stub.seen] == ["Bearer t0p", "Basic dXM6dDBw"]


def test_a_token_is_had_once_for_many_calls(connect: Connect, stub: Stub) -> None:
    stub.answers = [(200, b'{"access_token": "abc", "expires_in": 3600}'), GOOD]
    connector = connect("{kind: oauth2_client, secret: {environment: TOKEN}}", TOKEN="t0p")
    connector.call("bills", ACCOUNT)
    connector.call("bills", {"account": "A-2"})
    assert [seen[1].partition("?")[0] for seen in stub.seen] == ["/oauth2/token", "/bills/A-1", "/bills/A-2"]
    assert stub.seen[2][3] == "Bearer abc"


def test_a_token_that_is_refused_is_had_anew_for_the_next_call(connect: Connect, stub: Stub) -> None:
    token, other = (200, b'{"access_token": "abc", "expires_in": 3600}'), (200, b'{"access_token": "def"}')
    stub.answers = [token, (401, b"{}"), other, GOOD]
    connector = connect("{kind: oauth2_client, secret: {environment: TOKEN}}", TOKEN="t0p")
    with pytest.raises(Refused):
        connector.call("bills", ACCOUNT)
    connector.call("bills", ACCOUNT)
    assert [seen[3] for seen in stub.seen if seen[0] == "GET"] == ["Bearer abc", "Bearer def"]


@pytest.mark.parametrize("path", ["@attacker.example/token", ".attacker.example/token", "//attacker.example"])
def test_a_secret_goes_nowhere_but_to_the_system(connect: Connect, stub: Stub, path: str) -> None:
    stub.answers = [GOOD]
    auth = f'{{kind: oauth2_client, secret: {{environment: TOKEN}}, token_path: "{path}"}}'
    with pytest.raises(NotConfigured):
        connect(auth, TOKEN="t0p").call("bills", ACCOUNT)
    assert stub.seen == []


def test_a_client_that_keeps_to_no_time_is_not_waited_for_and_holds_few_threads(connect: Connect) -> None:
    over = threading.Event()

    class Slow:
        def ask(self, operation: Operation, values: Mapping[str, str], seconds: float) -> object:
            del operation, values, seconds
            over.wait(30)
            return {"items": [BILL]}

    connector = connect(client=Slow())
    began = time.monotonic()
    with pytest.raises(TimedOut):
        connector.call("pay", ACCOUNT, patience=0.01)
    assert time.monotonic() - began < 5
    others = [Thread(target=lambda: suppressed(connector)) for _ in range(AT_ONCE - 1)]
    for one in others:
        one.start()
    for one in others:
        one.join()
    with pytest.raises(LeftAlone):
        connector.call("pay", ACCOUNT, patience=0.01)
    over.set()


def suppressed(connector: Connector) -> None:
    with contextlib.suppress(CallFailed):
        connector.call("pay", ACCOUNT, patience=0.01)


def test_large_answers_are_kept_up_to_a_bound(connect: Connect, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidra.connectors.service.MOST_CHARACTERS", 2000)
    stub.answers = [(200, orjson.dumps({"items": [{**BILL, "id": "B" * 900}]}))]
    connector = connect()
    for account in ("A-1", "A-2", "A-3", "A-3", "A-2", "A-1"):
        connector.call("bills", {"account": account})
    assert [seen[1].partition("?")[0] for seen in stub.seen] == [f"/bills/A-{n}" for n in (1, 2, 3, 1)]


def test_calls_are_counted_without_their_values(connect: Connect, stub: Stub) -> None:
    stub.answers = [GOOD]
    connector = connect()
    connector.call("bills", ACCOUNT)
    connector.call("bills", ACCOUNT)
    assert {name: (one.answered, one.kept, one.failed) for name, one in connector.counted().items()} == {
        "bills": (1, 1, 0)
    }


def test_an_unknown_operation_is_not_found(connect: Connect) -> None:
    with pytest.raises(NotFound):
        connect().call("nothing", {})
