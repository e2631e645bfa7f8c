import pytest
from tests.metamodel.layering.layered import REGISTRY, expected, laid, merged, plain, read, settled

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.language import RecordShape
from sidra_metamodel.layering.merge import merge
from sidra_metamodel.render import render

CUSTOMER = """
    entity: customer
    label: {en: Customer}
    attributes:
      given_name: {type: string, max_length: 60, label: {en: Given name}, pii: [identity], pattern: '[A-Z].*'}
      family_name: {type: string}
      fax: {type: string}
"""


def with_overlay(overlay: str) -> object:
    return plain({"group": CUSTOMER, "affiliate:sn": "entity: customer\n" + expected(overlay)})


def attributes(overlay: str) -> dict[str, dict[str, object]]:
    found = with_overlay(overlay)
    assert isinstance(found, dict)
    return dict(found["attributes"])


INDIVIDUAL = """
    entity: individual
    attributes:
      given_name:
        type: string
        max_length: 60
        label: {en: Given name}
      family_name: {type: string}
      fax: {type: string}
"""
SCREEN = """
    screen: individual_record
    kind: record
    of: individual
    tabs:
      details:
        sections:
          name: {fields: [given_name, family_name]}
          contact: {fields: [fax]}
          consent: {}
"""
PROCESS = """
    process: complaint
    tasks:
      check_credit: {call: billing.adjustment_limit, timeout: 5s, retries: 3}
      decide: {decision: compensation}
    channels: [web, voice]
"""
SN_INDIVIDUAL = """
    entity: individual
    attributes:
      x_sn_ninea:
        $after: family_name
        $why: Tax number, law 2012-31
        type: string
        max_length: 9
        label: {fr: NINEA}
      fax: {hidden: true}
      given_name:
        max_length: 40
        label: {fr: Prénoms, ar: الاسم}
"""
SN_SCREEN = """
    screen: individual_record
    tabs: {details: {sections: {consent: {$before: contact}}}}
"""
SN_PROCESS = """
    process: complaint
    tasks:
      check_credit:
        $replace: true
        call: x_sn_ardoise.limit
    channels: {$drop: [web], $add: [whatsapp]}
"""


def test_the_six_worked_examples_hold_together() -> None:
    documents, found = laid(
        {"group": [INDIVIDUAL, SCREEN, PROCESS], "affiliate:sn": [SN_INDIVIDUAL, SN_SCREEN, SN_PROCESS]}
    )
    assert not len(found), render(found)
    individual = documents["entity", "individual"].root
    assert list(individual.items["attributes"].items) == ["given_name", "family_name", "x_sn_ninea", "fax"]
    assert individual.plain() == {
        "attributes": {
            "given_name": {
                "type": "string",
                "max_length": 40,
                "label": {"en": "Given name", "fr": "Prénoms", "ar": "الاسم"},
            },
            "family_name": {"type": "string"},
            "x_sn_ninea": {"type": "string", "max_length": 9, "label": {"fr": "NINEA"}},
            "fax": {"type": "string", "hidden": True},
        }
    }
    sections = documents["screen", "individual_record"].root.get("tabs", "details", "sections")
    assert sections is not None
    assert list(sections.items) == ["name", "consent", "contact"]
    assert documents["process", "complaint"].root.plain() == {
        "tasks": {"check_credit": {"call": "x_sn_ardoise.limit"}, "decide": {"decision": "compensation"}},
        "channels": ["voice", "whatsapp"],
    }


def test_maps_are_merged_deeply_and_scalars_are_overridden() -> None:
    found = attributes("attributes: {given_name: {max_length: 40, label: {fr: Prénom}}}")
    assert found["given_name"] == {
        "type": "string",
        "max_length": 40,
        "label": {"en": "Given name", "fr": "Prénom"},
        "pii": ["identity"],
        "pattern": ["[A-Z].*"],
    }


def test_null_is_a_value_and_deletes_nothing() -> None:
    found = attributes("attributes: {given_name: {max_length: ~}}")
    assert found["given_name"]["max_length"] is None


def test_set_gives_a_value_with_its_reason() -> None:
    overlay = "attributes: {given_name: {max_length: {$set: 40, $why: ID card prints 40}}}"
    assert attributes(overlay)["given_name"]["max_length"] == 40


def test_a_reason_belongs_to_the_layer_that_gives_it() -> None:
    node = merged(
        "entity: customer\nhistory: {$set: false, $why: never asked for}",
        "entity: customer\nhistory: {$set: true, $why: audit}",
    ).items["history"]
    reasons = [level.directive("why") for level in node.chain()]
    assert [reason.scalar for reason in reasons if reason] == ["audit", "never asked for"]


def test_a_set_is_changed_by_what_is_added_and_dropped() -> None:
    found = attributes("attributes: {given_name: {pii: {$add: [contact], $drop: [identity]}}}")
    assert found["given_name"]["pii"] == ["contact"]


def test_one_value_stands_for_a_list_of_one_in_a_change() -> None:
    assert attributes("attributes: {given_name: {pii: {$add: contact}}}")["given_name"]["pii"] == [
        "identity",
        "contact",
    ]


def test_a_set_is_replaced_with_set() -> None:
    found = attributes("attributes: {given_name: {pii: {$set: [contact, location]}}}")
    assert found["given_name"]["pii"] == ["contact", "location"]


def test_a_change_of_a_set_that_nobody_gave_makes_one() -> None:
    found = attributes("attributes: {family_name: {pii: {$add: [identity]}}}")
    assert found["family_name"]["pii"] == ["identity"]


def test_a_set_is_changed_by_one_layer_after_the_other() -> None:
    below = "process: p\nchannels: [web, voice]"
    one, two = (
        "process: p\nchannels: {$add: [sms], $drop: [web]}",
        "process: p\nchannels: {$add: [web], $drop: [voice]}",
    )
    assert settled(below, one, two) == {"channels": ["sms", "web"]}


def test_an_atomic_list_is_replaced() -> None:
    below = "entity: customer\nindexes: {by_name: [given_name, family_name]}"
    above = "entity: customer\nindexes: {by_name: [family_name]}"
    assert settled(below, above) == {"indexes": {"by_name": {"of": ["family_name"]}}}


def test_what_accumulates_stays_whatever_an_overlay_says() -> None:
    assert attributes("attributes: {given_name: {pattern: '.*'}}")["given_name"]["pattern"] == ["[A-Z].*", ".*"]


def test_a_replaced_element_inherits_nothing() -> None:
    found = attributes("attributes: {given_name: {$replace: true, type: text}}")
    assert found["given_name"] == {"type": "text"}


def test_a_removed_element_is_gone_and_one_declared_again_begins_anew() -> None:
    base = "enum: tone\nvalues: {good: {label: Good, tone: good}, bad: {}}"
    removed = "enum: tone\nvalues: {good: {$remove: true}}"
    again = "enum: tone\nvalues: {good: {icon: smile}}"
    assert settled(base, removed) == {"values": {"bad": {}}}
    assert settled(base, removed, again) == {"values": {"good": {"icon": "smile"}, "bad": {}}}


def test_an_element_of_a_removed_one_can_be_removed_by_a_second_layer() -> None:
    removed = "enum: tone\nvalues: {good: {$remove: true}}"
    assert settled("enum: tone\nvalues: [good, bad]", removed, removed) == {"values": {"bad": {}}}


def test_the_chain_of_a_value_leads_down_through_the_layers() -> None:
    node = merged(
        "entity: customer\nattributes: {name: {type: string, max_length: 60}}",
        "entity: customer\nattributes: {name: {max_length: 50}}",
        "entity: customer\nattributes: {name: {max_length: 40}}",
    ).get("attributes", "name", "max_length")
    assert node is not None
    assert [(level.source.layer, level.value) for level in node.chain()] == [
        ("affiliate:sn", 40),
        ("region:waf", 50),
        ("group", 60),
    ]


def test_what_an_overlay_does_not_touch_is_shared_with_the_layer_below() -> None:
    below = read(CUSTOMER).node
    above = read("entity: customer\nattributes: {fax: {hidden: true}}", "affiliate:sn").node
    result = merge(below, above, RecordShape(REGISTRY.kinds["entity"]), Diagnostics())
    assert result.items["label"] is below.items["label"]
    assert result.get("attributes", "given_name") is below.get("attributes", "given_name")


def test_the_stronger_of_two_locks_stays() -> None:
    locked = "entity: customer\nattributes: {name: {$lock: final, type: string}}"
    weaker = "entity: customer\nattributes: {name: {$lock: tighten, hidden: true}}"
    node = merged(locked, weaker).get("attributes", "name")
    assert node is not None
    lock = node.directive("lock")
    assert lock is not None
    assert lock.value == "final"


@pytest.mark.parametrize("former", ["fax", "x_sn_fax"])
def test_each_of_several_former_names_reaches_the_element(former: str) -> None:
    layers = {
        "group": "entity: customer\nattributes:\n  fax_number: {$was: [fax, x_sn_fax], type: string}",
        "affiliate:sn": f"entity: customer\nattributes:\n  {former}: {{hidden: true}}",
    }
    documents, found = laid(layers)
    assert documents["entity", "customer"].root.plain() == {
        "attributes": {"fax_number": {"type": "string", "hidden": True}}
    }
    assert [one.code for one in found] == ["E214"]


def test_an_overlay_that_uses_a_former_name_reaches_the_element_and_is_told_the_present_one() -> None:
    layers = {
        "group": "entity: customer\nattributes:\n  fax_number: {$was: fax, type: string}",
        "affiliate:sn": "entity: customer\nattributes:\n  fax: {hidden: true}",
    }
    documents, found = laid(layers)
    assert documents["entity", "customer"].root.plain() == {
        "attributes": {"fax_number": {"type": "string", "hidden": True}}
    }
    assert render(found) == expected("""
        warning[E214]: `fax` is now called `fax_number`
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   fax: {hidden: true}
          |   ^^^
          = renamed here: baseline/core/0.yaml:3  (layer group)  fax_number: {$was: fax, type: string}
          = help: write `fax_number`; a later version no longer knows the former name
    """)


@pytest.mark.parametrize(
    ("version", "severity"), [("1.3.0", "warning"), ("1.4.9", "warning"), ("1.5.0", "error"), ("2.0.0", "error")]
)
def test_a_former_name_is_known_for_two_minor_versions(version: str, severity: str) -> None:
    group = f"layer: meridian\nlevel: group\nversion: {version}"
    renamed = "entity: customer\nattributes:\n  fax_number: {$was: fax, $since: 1.3.0, type: string}"
    layers = {"group": [group, renamed], "affiliate:sn": "entity: customer\nattributes:\n  fax: {hidden: true}"}
    (found,) = laid(layers)[1]
    assert (found.code, found.severity) == ("E214", severity)


def findings(layers: dict[str, str]) -> str:
    return render(laid(layers)[1])


def test_a_bare_list_over_a_set_is_an_error_that_offers_both_spellings() -> None:
    overlay = """
        entity: case
        attributes:
          priority: {pii: [contact]}
    """
    assert findings({"group": CASE, "affiliate:sn": overlay}) == expected("""
        error[E108]: a bare list over the set `attributes.priority.pii`
         --> affiliates/sn/0.yaml:3:19   (layer affiliate:sn)
        3 |   priority: {pii: [contact]}
          |                   ^
          = set here: baseline/core/0.yaml:3  (layer group)  priority: {type: string, pii: [identity, contact]}
          = help: write `{$drop: [identity]}` to change it, or `{$set: [contact]}` to replace it
    """)


def test_the_same_bare_list_again_says_nothing_new_and_is_no_error() -> None:
    assert (
        findings({"group": CUSTOMER, "affiliate:sn": "entity: customer\nattributes: {given_name: {pii: [identity]}}"})
        == ""
    )


def test_a_value_to_drop_must_be_in_the_set() -> None:
    overlay = """
        entity: customer
        attributes:
          given_name: {pii: {$drop: [identiti]}}
    """
    assert findings({"group": CUSTOMER, "affiliate:sn": overlay}) == expected("""
        error[E109]: no `identiti` to drop in `attributes.given_name.pii`
         --> affiliates/sn/0.yaml:3:30   (layer affiliate:sn)
        3 |   given_name: {pii: {$drop: [identiti]}}
          |                              ^^^^^^^^
          = help: did you mean `identity`?
    """)


B2B = "entity: case\nattributes:\n  priority: {default: high}"
MATURE = "entity: case\nattributes:\n  priority: {default: medium}"
CASE = "entity: case\nattributes:\n  priority: {type: string, pii: [identity, contact]}"


def test_two_packs_that_disagree_are_named_both() -> None:
    assert findings({"group": CASE, "pack:b2b": B2B, "pack:mature": MATURE}) == expected("""
        error[E301]: two packs disagree on `case.attributes.priority.default.value`
         --> baseline/b2b/0.yaml:3:23      high     (pack b2b)
         --> baseline/mature/0.yaml:3:23   medium   (pack mature)
          = nothing orders two packs: decide in `core`, or let one `requires:` the other
    """)


def pack(content: str) -> str:
    return f"entity: case\nattributes:\n  priority: {content}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{default: high}", "{default: low}"),
        ("{label: {en: A}}", "{label: {en: B}}"),
        ("{label: {en: A}}", "{$replace: true, type: string}"),
        ("{label: {en: A}}", "{$remove: true}"),
        ("{$replace: true, type: string}", "{$remove: true}"),
        ("{$first: true}", "{$last: true}"),
        ("{pii: {$add: [location]}}", "{pii: {$drop: [location, contact]}}"),
        ("{pii: {$add: [location]}}", "{pii: {$set: [contact]}}"),
        ("{pii: {$set: [identity]}}", "{pii: {$set: [contact]}}"),
        ("{pii: ~}", "{pii: {$add: [location]}}"),
    ],
)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_two_packs_that_want_different_things_clash_in_either_order(one: str, other: str, is_swapped: bool) -> None:
    first, second = (other, one) if is_swapped else (one, other)
    _documents, found = laid({"group": CASE, "pack:b2b": pack(first), "pack:mature": pack(second)})
    assert "E301" in [each.code for each in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{default: high}", "{default: high}"),
        ("{label: {en: A}}", "{label: {fr: B}}"),
        ("{$remove: true}", "{$remove: true}"),
        ("{$first: true}", "{$first: true}"),
        ("{pii: {$add: [location]}}", "{pii: {$add: [financial]}}"),
        ("{pattern: a}", "{pattern: b}"),
    ],
)
def test_two_packs_that_can_both_have_their_way_do_not_clash(one: str, other: str) -> None:
    assert findings({"group": CASE, "pack:b2b": pack(one), "pack:mature": pack(other)}) == ""


def test_a_higher_layer_may_change_what_two_packs_say() -> None:
    layers = {"group": CASE, "pack:b2b": B2B, "affiliate:sn": "entity: case\nattributes: {priority: {default: low}}"}
    assert findings(layers) == ""
