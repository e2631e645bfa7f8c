import pytest
from tests.metamodel.layering.layered import CUSTOMER, attribute, codes_in, customer, expected, governed


def test_a_loosened_rule_names_the_place_where_it_was_set() -> None:
    assert customer("attributes:\n  family_name:\n    required: false") == expected("""
        error[E203]: `required: false` loosens the rule set below (true)
         --> affiliates/sn/0.yaml:4:5   (layer affiliate:sn)
        4 |     required: false
          |     ^^^^^^^^
          = set here: baseline/core/0.yaml:4  (layer group)  family_name: {type: string, required: true}
          = help: an overlay may only tighten `required`
    """)


def test_a_change_of_what_is_final_names_the_place_where_it_is_locked() -> None:
    assert customer("attributes:\n  given_name: {label: {fr: Prénom}, type: text}") == expected("""
        error[E201]: `attributes.given_name.type` is locked
         --> affiliates/sn/0.yaml:3:43   (layer affiliate:sn)
        3 |   given_name: {label: {fr: Prénom}, type: text}
          |                                           ^^^^
          = locked here: baseline/core/0.yaml:3  (layer group)  given_name: {type: string, max_length: 60}
          = help: remove this override; what is locked changes only where it is locked
    """)


def test_an_attribute_is_hidden_not_removed() -> None:
    assert customer("attributes:\n  fax: {$remove: true}") == expected("""
        error[E206]: `attributes.fax` must not be removed
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   fax: {$remove: true}
          |   ^^^
          = set here: baseline/core/0.yaml:6  (layer group)  fax: {type: string}
          = help: hide it with `hidden: true`
    """)


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("{type: string, max_length: 60}", "{max_length: 40}"),
        ("{type: string}", "{max_length: 40}"),
        ("{type: string, min_length: 2}", "{min_length: 3}"),
        ("{type: date, max: 2026-12-31}", "{max: 2026-06-30}"),
        ("{type: decimal, min: 1}", "{min: 1.5}"),
        ("{type: date, max: today}", "{max: today}"),
        ("{type: string}", "{required: true}"),
        ("{type: string}", "{required: age > 18}"),
        ("{type: string, required: age > 18}", "{required: age > 16}"),
        ("{type: string, required: age > 18}", "{required: true}"),
        ("{type: string, pii: [identity]}", "{pii: {$add: [sensitive]}}"),
        ("{type: string, pattern: a}", "{pattern: b}"),
        ("{type: string}", "{unique: true, encrypt: true, label: {fr: Nom}, hidden: true, default: x}"),
        ("{type: string}", "{localised: false}"),
    ],
)
def test_an_overlay_may_tighten(below: str, above: str) -> None:
    assert attribute(below, above) == []


@pytest.mark.parametrize(
    ("below", "above", "code"),
    [
        ("{type: string, max_length: 60}", "{max_length: 61}", "E203"),
        ("{type: string, max_length: 60}", "{max_length: ~}", "E203"),
        ("{type: string, max_length: 60}", "{max_length: sixty}", "E124"),
        ("{type: string, max_length: 60}", "{max_length: true}", "E124"),
        ("{type: string, min_length: 2}", "{min_length: 1}", "E203"),
        ("{type: date, max: today}", "{max: 2026-12-31}", "E203"),
        ("{type: date, max: 2026-12-31}", "{max: 2027-01-01}", "E203"),
        ("{type: string, required: true}", "{required: age > 18}", "E203"),
        ("{type: string, required: age > 18}", "{required: false}", "E203"),
        ("{type: string, unique: true}", "{unique: false}", "E203"),
        ("{type: string, encrypt: true}", "{encrypt: ~}", "E203"),
        ("{type: string, pii: [identity]}", "{pii: {$drop: [identity]}}", "E203"),
        ("{type: string, pii: [identity]}", "{pii: {$set: [contact]}}", "E203"),
        ("{type: string, pattern: a}", "{pattern: {$set: [b]}}", "E203"),
        ("{type: string, pattern: a}", "{pattern: {$drop: [a]}}", "E203"),
        ("{type: string, pattern: a}", "{pattern: ~}", "E203"),
        ("{type: string}", "{type: text}", "E201"),
        ("{type: string}", "{type: {$set: text, $why: longer}}", "E201"),
        ("{type: string}", "{localised: true}", "E201"),
        ("{type: string}", "{api_name: Name}", "E201"),
    ],
)
def test_an_overlay_must_not_loosen_or_change_what_is_final(below: str, above: str, code: str) -> None:
    assert attribute(below, above) == [code]


def test_a_loosened_pattern_says_which_one_is_lost() -> None:
    assert customer(
        "attributes:\n  name: {pattern: {$set: ['.*']}}",
        "entity: customer\nattributes:\n  name: {type: string, pattern: '[A-Z]+'}",
    ) == expected("""
        error[E203]: `pattern` loses `[A-Z]+`, which is set below
         --> affiliates/sn/0.yaml:3:10   (layer affiliate:sn)
        3 |   name: {pattern: {$set: ['.*']}}
          |          ^^^^^^^
          = set here: baseline/core/0.yaml:3  (layer group)  name: {type: string, pattern: '[A-Z]+'}
          = help: what several layers say here holds together
    """)


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("attributes: {$replace: true, given_name: {type: string, max_length: 60}}", "E206"),
        ("attributes: {$replace: true, x_sn_a: {type: string}}", "E206"),
        ("attributes: {customer_key: {$replace: true, type: text}}", "E201"),
        ("attributes: {given_name: {$replace: true, type: text, max_length: 60}}", "E201"),
        ("attributes: {given_name: {$replace: true, type: string}}", "E203"),
        ("attributes: {family_name: {$replace: true, type: string}}", "E203"),
        ("attributes: {family_name: {required: {$set: false, $why: because}}}", "E203"),
        ("attributes: {customer_key: {hidden: true}}", "E201"),
        ("attributes: {customer_key: {$remove: true}}", "E201"),
        ("attributes: {customer_key: {$first: true}}", "E201"),
        ("attributes: {customer_key: {label: {fr: Clef}}}", "E201"),
        ("attributes: {customer_key: ~}", "E201"),
        ("attributes: ~", "E206"),
        ("attributes: {$replace: true}", "E206"),
    ],
)
def test_no_way_of_writing_gets_round_a_rule(overlay: str, code: str) -> None:
    found = codes_in(customer(overlay))
    assert code in found
    assert set(found) <= {"E201", "E203", "E206"}


RULE = "rule: born\nkind: validate\non: individual\nat: birth_date\ncheck: 'birth_date != null'\n"
FEED = """
interface: load
kind: feed
into: customer
key: number
quality: {known: {check: "target.name != null", severity: reject}}
"""
API = "interface: parties\nkind: api\npath: party/v4\ntmf: TMF632\n"
TYPE = "type: document\nbase: string\nmask: '•••• {last:4}'\n"


@pytest.mark.parametrize(
    ("below", "change", "code"),
    [
        (RULE, "rule: born\nwhen: 'false'", "E201"),
        (RULE, "rule: born\nseverity: warning", "E201"),
        (RULE, "rule: born\nat: given_name", "E201"),
        (FEED, "interface: load\nquality: {known: {$remove: true}}", "E206"),
        (FEED, "interface: load\nquality: {known: {check: 'true'}}", "E201"),
        (FEED, "interface: load\nquality: {known: {severity: warn}}", "E201"),
        (FEED, "interface: load\ninto: party", "E201"),
        (API, "interface: parties\nkind: feed", "E201"),
        (API, "interface: parties\npath: party/v5", "E201"),
        (TYPE, "type: document\nmask: '{last:99}'", "E201"),
    ],
)
def test_no_overlay_switches_off_what_the_group_demands(below: str, change: str, code: str) -> None:
    assert codes_in(governed({"group": below, "affiliate:sn": change})) == [code]


def test_an_element_that_goes_as_a_whole_counts_once() -> None:
    found = customer("attributes:\n  $replace: true\n  given_name: {type: string, max_length: 60}")
    assert sorted(codes_in(found)) == ["E201", "E206", "E206"]
    assert "`attributes.family_name` must not be removed" in found


LIFECYCLE = """
    entity: customer
    lifecycle:
      attribute: status
      initial: new
      transitions:
        approve: {from: [new], to: active, when: "checked"}
        close: {from: [new, active], to: closed}
"""


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("lifecycle: {transitions: {close: {from: {$drop: [new]}}}}", []),
        ("lifecycle: {transitions: {close: {$remove: true}}}", []),
        ("lifecycle: {transitions: {approve: {when: paid}}}", []),
        ("lifecycle: {transitions: {x_sn_pause: {from: [active], to: paused}}}", []),
        ("lifecycle: {transitions: {pause: {from: [active], to: paused}}}", ["E101"]),
        ("lifecycle: {transitions: {approve: {from: {$add: [closed]}}}}", ["E203"]),
        ("lifecycle: {transitions: {approve: {to: closed}}}", ["E201"]),
        ("lifecycle: {transitions: {approve: {$replace: true, from: [new], to: active}}}", ["E203"]),
        ("lifecycle: {initial: active}", ["E201"]),
        ("lifecycle: ~", ["E206"]),
    ],
)
def test_a_life_cycle_may_be_narrowed_only(overlay: str, found: list[str]) -> None:
    assert codes_in(customer(overlay, LIFECYCLE)) == found


PROCESS = "process: p\nslots: {before_close: {}}\ntasks: {decide: {screen: a}}"


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("slots: {before_close: {x_sn_regulator: {screen: x_sn_form}}}", []),
        ("slots: {before_close: {regulator: {screen: x_sn_form}}}", ["E101"]),
        ("slots: {after_close: {}}", ["E101"]),
        ("tasks: {tell: {component: send_message}}", []),
        ("tasks: {decide: {$replace: true, screen: x_sn_form}}", []),
    ],
)
def test_slots_are_filled_and_tasks_bound(overlay: str, found: list[str]) -> None:
    assert codes_in(governed({"group": PROCESS, "affiliate:sn": f"process: p\n{overlay}"})) == found


@pytest.mark.parametrize(
    ("below", "overlay", "found"),
    [
        ("[get, create]", "{$drop: [create]}", []),
        ("[get, create]", "{$add: [patch]}", ["E203"]),
        ("[get, create]", "{$set: []}", ["E203"]),
        ("[]", "{$set: [get]}", []),
    ],
)
def test_an_empty_set_that_means_all_may_be_narrowed_and_not_reached(
    below: str, overlay: str, found: list[str]
) -> None:
    base = f"entity: customer\napi: {{path: customer/v4, operations: {below}}}"
    assert codes_in(customer(f"api: {{operations: {overlay}}}", base)) == found


def test_a_whole_part_that_was_free_to_go_may_go() -> None:
    below = "entity: customer\nattributes: {name: {type: string, default: x}}"
    assert customer("attributes: {name: {default: ~}}", below) == ""


def test_retention_may_be_shortened_and_not_prolonged() -> None:
    below = "entity: customer\nretention: {when: closed, after: 5y, do: delete}"
    assert codes_in(customer("retention: {after: 60mo}", below)) == []
    assert codes_in(customer("retention: {after: 6y}", below)) == ["E203"]


ENUM = "enum: tone\nvalues: [good, bad]"


@pytest.mark.parametrize(
    ("below", "overlay", "found"),
    [
        (ENUM, "values: {bad: {$remove: true}}", []),
        (ENUM, "values: {bad: {label: {fr: Mauvais}, hidden: true}}", []),
        (ENUM, "values: {x_sn_odd: {}}", ["E209"]),
        (ENUM, "values: {odd: {}}", ["E101"]),
        ("enum: tone\n$extend: true\nvalues: [good, bad]", "values: {x_sn_odd: {}}", []),
        ("enum: tone\n$extend: true\nvalues: [good, bad]", "values: {odd: {}}", ["E101"]),
        ("enum: tone\nvalues: {$extend: true, good: {}}", "values: {x_sn_odd: {}}", []),
    ],
)
def test_a_code_list_grows_only_where_the_group_opens_it(below: str, overlay: str, found: list[str]) -> None:
    assert codes_in(governed({"group": below, "affiliate:sn": f"enum: tone\n{overlay}"})) == found


def test_an_addition_to_a_closed_code_list_is_shown_with_a_way_out() -> None:
    overlay = "enum: tone\nvalues:\n  x_sn_odd: {}"
    assert governed({"group": ENUM, "affiliate:sn": overlay}) == expected("""
        error[E209]: `values` cannot be added to
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   x_sn_odd: {}
          |   ^^^^^^^^
          = set here: baseline/core/0.yaml:2  (layer group)  values: [good, bad]
          = help: the group opens a list with `$extend: true`; ask it, or declare a list of your own
    """)


def test_the_group_limits_how_many_attributes_an_overlay_adds() -> None:
    below = "entity: customer\n$extend: {attributes: {max: 1}}\nattributes: {name: {type: string}}"
    overlay = "attributes:\n  x_sn_a: {type: string}\n  x_sn_b: {type: string}"
    assert customer(overlay, below) == expected("""
        error[E209]: `attributes` may have 1 local addition, and this is one more
         --> affiliates/sn/0.yaml:4:3   (layer affiliate:sn)
        4 |   x_sn_b: {type: string}
          |   ^^^^^^
          = limited here: baseline/core/0.yaml:2  (layer group)  $extend: {attributes: {max: 1}}
          = help: ask the group for a higher limit
    """)


ROLE = """
    role: agent
    may:
      customer: {do: [read, update], rows: "unit in user.units", columns: {number: read, note: mask}}
      bill: {do: [read]}
    functions: [console, search]
"""
SECRETS = "entity: customer\nattributes: {secret: {type: string, pii: [sensitive]}, name: {type: string}}"
BILL = "entity: bill\nattributes: {secret: {type: string, pii: [sensitive]}, name: {type: string}}"


@pytest.mark.parametrize(
    "overlay",
    [
        "may: {customer: {do: {$drop: [update]}}}",
        "may: {customer: {do: {$add: [x_sn_approve]}}}",
        "may: {customer: {rows: \"segment != 'vip'\"}}",
        "may: {customer: {columns: {number: mask, note: none, name: read}}}",
        "may: {customer: {columns: {name: enter}}}",
        "may: {customer: {columns: {x_sn_ninea: edit}}}",
        "may: {customer: {columns: {secret: none}}, bill: {columns: {secret: mask}}}",
        "may: {x_sn_ledger: {do: [read]}}",
        "may: {bill: {$remove: true}}",
        "functions: {$drop: [search]}",
    ],
)
def test_an_overlay_may_narrow_a_role(overlay: str) -> None:
    assert governed({"group": [ROLE, SECRETS, BILL], "affiliate:sn": f"role: agent\n{overlay}"}) == ""


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("may: {customer: {do: {$add: [delete]}}}", "E203"),
        ("may: {customer: {do: {$set: [read, update, delete]}}}", "E203"),
        ("may: {customer: {rows: {$set: ['true']}}}", "E203"),
        ("may: {customer: {$replace: true, do: [read, update]}}", "E203"),
        ("may: {customer: {columns: {number: edit}}}", "E203"),
        ("may: {customer: {columns: {note: read}}}", "E203"),
        ("may: {customer: {columns: {note: enter}}}", "E203"),
        ("may: {customer: {columns: {number: enter}}}", "E203"),
        ("may: {customer: {columns: {note: everything}}}", "E203"),
        ("may: {customer: {columns: {$replace: true, number: read}}}", "E203"),
        ("may: {customer: {columns: {secret: enter}}}", "E203"),
        ("may: {bill: {columns: {name: edit}}}", "E203"),
        ("may: {bill: {columns: {secret: read}}}", "E203"),
        ("may: {invoice: {do: [read]}}", "E209"),
        ("functions: {$add: [configure]}", "E203"),
    ],
)
def test_an_overlay_never_widens_a_role(overlay: str, code: str) -> None:
    found = governed({"group": [ROLE, SECRETS, BILL], "affiliate:sn": f"role: agent\n{overlay}"})
    assert set(codes_in(found)) == {code}


SCREEN = """
    screen: customer_360
    kind: view360
    header: {facts: [number]}
    panels: {bills: {source: bill, columns: [name]}}
"""


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("header: {facts: {city: {$after: number}}}", []),
        ("header: {facts: {city: {$after: number, value: address.city}}}", ["E101"]),
        ("header: {facts: {x_sn_city: {value: address.city}}}", []),
        ("panels: {bills: {columns: {$replace: true, amount: {}}}}", []),
        ("panels: {x_sn_loans: {source: x_sn_loan}}", []),
        ("panels: {loans: {source: x_sn_loan}}", ["E101"]),
    ],
)
def test_a_key_that_uses_a_name_needs_no_prefix_and_one_that_makes_a_name_does(overlay: str, found: list[str]) -> None:
    assert codes_in(governed({"group": SCREEN, "affiliate:sn": f"screen: customer_360\n{overlay}"})) == found


@pytest.mark.parametrize(
    ("lock", "overlay", "found"),
    [
        ("final", "x_sn_a: {type: string}", ["E201"]),
        ("extend", "x_sn_a: {type: string}", []),
        ("extend", "a: {hidden: true}", ["E201"]),
        ("extend", "a: {max_length: 5}", ["E201"]),
        ("extend", "a: {$remove: true}", ["E201"]),
        ("tighten", "a: {max_length: 5}", []),
        ("tighten", "a: {max_length: 15}", ["E203"]),
        ("tighten", "a: {label: {fr: A}}", ["E201"]),
        ("tighten", "x_sn_a: {type: string}", []),
    ],
)
def test_a_lock_holds_for_all_below_it(lock: str, overlay: str, found: list[str]) -> None:
    below = f"entity: customer\nattributes: {{$lock: {lock}, a: {{type: string, max_length: 10}}}}"
    assert codes_in(customer(f"attributes: {{{overlay}}}", below)) == found


def test_a_lock_at_the_root_holds_for_the_whole_document() -> None:
    assert codes_in(customer("icon: person", "entity: customer\n$lock: final\nlabel: Customer")) == ["E201"]


def test_a_pack_of_the_group_brings_grants_and_names_for_what_it_adds() -> None:
    pack = "role: agent\nmay: {customer: {do: {$add: [qualify]}}, lead: {do: [read]}}\nfunctions: {$add: [sales]}"
    assert governed({"group": ROLE, "pack:b2b": pack}) == ""
    assert governed({"group": CUSTOMER, "pack:b2b": "entity: customer\nattributes: {segment: {type: string}}"}) == ""
    assert codes_in(customer("attributes: {fax: {type: text}}", layer="pack:b2b")) == ["E201"]
