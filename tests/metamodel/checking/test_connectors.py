"""Connectors that could never be asked, and boxes that could never show what they answer."""

import pytest
from tests.metamodel.configurations import BASE, Found, expected

HEAD = """
        interface: billing
        kind: connector
        base_url: {environment: BILLING_URL}
"""
GOOD = """
        operations:
          bills: {takes: {account: string}, get: "/bills?of={account}", each: "$[*]", returns: {number: id}}
"""


def connector(operations: str = GOOD, head: str = HEAD) -> dict[str, str]:
    return {**BASE, "baseline/billing.yaml": head + operations.lstrip("\n")}


def test_a_connector_that_can_be_asked(found: Found) -> None:
    assert found(connector()) == ""


def test_a_placeholder_that_takes_nothing(found: Found) -> None:
    files = connector("""
        operations:
          bills: {takes: {account: string}, get: "/bills?of={acount}&at={account}"}
    """)
    assert found(files) == expected("""
        error[E440]: nothing is taken for `{acount}`
         --> baseline/billing.yaml:5:42   (layer group)
        5 |   bills: {takes: {account: string}, get: "/bills?of={acount}&at={account}"}
          |                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: did you mean `account`?
    """)


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("{get: /a, post: /b}", "E440"),
        ("{}", "E440"),
        ("{get: bills}", "E440"),
        ("{get: //elsewhere.example/a}", "E440"),
        ('{get: "/a/{b"}', "E440"),
        ("{takes: {a: string}, get: /a}", "E440"),
        ("{takes: {a: strin}, get: '/{a}'}", "E401"),
        ("{get: /a, each: '$['}", "E440"),
        ("{get: /a, returns: {n: 'a b'}}", "E440"),
        ("{get: /a, returns: {n: {path: n, type: monney}}}", "E401"),
        ("{get: /a, returns: {n: {path: n, type: enum}}}", "E440"),
        ("{get: /a, returns: {n: {path: n, type: file}}}", "E440"),
        ("{get: /a, of: customer, returns: {nothing: n}}", "E440"),
        ("{get: /a, of: custome}", "E401"),
        ("{post: /a, cache: 60s}", "E440"),
        ("{get: /a, body: {a: b}}", "E440"),
    ],
)
def test_an_operation_that_cannot_be(found: Found, operation: str, said: str) -> None:
    assert f"error[{said}]" in found(connector(f"        operations:\n          bills: {operation}\n"))


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("interface: billing\nkind: connector\n", "lacks `base_url`"),
        ("interface: billing\nkind: connector\nbase_url: https://billing.example\n", "E124"),
        (HEAD + "        auth: {kind: bearer, secret: s3cret}\n", "E413"),
        (HEAD + "        auth: {kind: bearer}\n", "`bearer` lacks `secret`"),
        (HEAD + "        auth: {kind: basic, secret: {environment: S}}\n", "`basic` lacks `user`"),
        (HEAD + "        auth: {kind: none, secret: {environment: S}}\n", "E424"),
        (HEAD + "        into: customer\n", "E424"),
        (HEAD + "        auth: {kind: oauth2_client, secret: {environment: S}, token_path: '@elsewhere/'}\n", "E440"),
        (HEAD + "        auth: {kind: oauth2_client, secret: {environment: S}, token_path: '/token/{a}'}\n", "E440"),
    ],
)
def test_a_connector_that_cannot_be(found: Found, head: str, said: str) -> None:
    indented = head if head.startswith("\n") else "\n" + "".join(f"        {line}\n" for line in head.splitlines())
    report = found(connector(head=indented))
    assert said in report
    assert "s3cret" not in report


@pytest.mark.parametrize(
    "made", ["{}", "{text: a, day: 1}", "{least: 5, most: 1}", "{least: 5}", "{least: 1, most: 2, step: 0}"]
)
def test_a_value_that_a_simulator_cannot_make(found: Found, made: str) -> None:
    files = {
        **BASE,
        "baseline/s.yaml": f"""
        simulator: billing
        answers: {{bills: {{path: /a, key: b, of: {{c: {made}}}}}}}
    """,
    }
    assert "error[E440]" in found(files)


def page(panel: str, more: str = "") -> dict[str, str]:
    screen = f"""
        screen: customer_360
        kind: view360
        of: customer
        panels:
          bills: {panel}
{more}"""
    return {**connector(), "baseline/screen.yaml": screen}


def test_a_box_of_an_operation(found: Found) -> None:
    assert found(page("{source: billing.bills, with: {account: name}, columns: [number], stale_after: 15min}")) == ""


def test_a_column_that_an_operation_does_not_return(found: Found) -> None:
    assert found(page("{source: billing.bills, with: {account: name}, columns: [numbr]}")) == expected("""
        error[E441]: `billing.bills` returns no `numbr`
         --> baseline/screen.yaml:5:67   (layer group)
        5 |   bills: {source: billing.bills, with: {account: name}, columns: [numbr]}
          |                                                                   ^^^^^
          = help: did you mean `number`?
    """)


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        ("{source: billing.bils, with: {account: name}}", "E401"),
        ("{source: billing.bills}", "takes `account`"),
        ("{source: billing.bills, with: {account: score}}", "takes string, not integer"),
        ("{source: billing.bills, with: {account: nam}}", "E501"),
        ("{source: billing.bills, with: {account: name, other: name}}", "takes no `other`"),
        ("{source: billing.bills, with: {account: name}, sort: name}", "`sort` is for records"),
        ("{source: billing.bills, with: {account: name}, filter: 'true'}", "`filter` is for records"),
        ("{kind: chart, source: billing.bills}", "shows records"),
        ("{source: billing.bills, with: {account: name}, columns: {a: {value: name}}}", "E441"),
        ("{kind: offers}", "lacks `source`"),
        ("{kind: timeline, score: '1'}", "E424"),
    ],
)
def test_a_box_that_could_not_show_what_it_should(found: Found, panel: str, said: str) -> None:
    assert said in found(page(panel))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("        header: {actions: {call: {channel: voice}}}\n", "leads nowhere"),
        ("        kpis: {score: {points: {source: customer, at: created_at}}}\n", "how far back"),
        ("        kpis: {half: {value: score, trend: 12mo}}\n", "no history"),
    ],
)
def test_a_head_that_lacks_what_it_needs(found: Found, more: str, said: str) -> None:
    assert said in found(page("{source: billing.bills, with: {account: name}}", more))
