from pathlib import Path

import pytest
from tests.metamodel.configurations import load_files
from tests.metamodel.layering.layered import REGISTRY, codes_in, customer, governed, laid

from sidra_metamodel.explaining.explain import explain
from sidra_metamodel.governing.extensions import extension_points
from sidra_metamodel.language import RecordShape
from sidra_metamodel.render import render

BELOW = "entity: customer\n$extend: {attributes: {max: 2}}\nattributes: {name: {type: string}}"


def added(*names: str) -> str:
    return f"entity: customer\nattributes: {{{', '.join(f'{name}: {{type: string}}' for name in names)}}}"


@pytest.mark.parametrize(
    ("region", "affiliate", "found"),
    [
        ([], ["x_sn_a", "x_sn_b"], []),
        (["x_waf_a"], ["x_sn_a"], []),
        (["x_waf_a"], ["x_sn_a", "x_sn_b"], ["E209"]),
        (["x_waf_a", "x_waf_b", "x_waf_c"], [], ["E209"]),
    ],
)
def test_what_a_region_adds_counts_for_its_affiliates(
    region: list[str], affiliate: list[str], found: list[str]
) -> None:
    layers = {"group": BELOW, "region:waf": added(*region), "affiliate:sn": added(*affiliate)}
    assert codes_in(governed(layers)) == found


def test_what_a_pack_adds_is_the_groups() -> None:
    layers = {"group": BELOW, "pack:b2b": added("one", "two", "three"), "affiliate:sn": added("x_sn_a", "x_sn_b")}
    assert governed(layers) == ""


def test_a_limit_holds_in_subtypes_too() -> None:
    subtype = "entity: member\nis_a: customer\nattributes: {card: {type: string}}"
    overlay = "entity: member\nattributes: {x_sn_a: {type: string}, x_sn_b: {type: string}, x_sn_c: {type: string}}"
    assert codes_in(governed({"group": [BELOW, subtype], "affiliate:sn": overlay})) == ["E209"]
    split = "entity: member\nattributes: {x_sn_b: {type: string}, x_sn_c: {type: string}}"
    layers = {"group": [BELOW, subtype], "affiliate:sn": [added("x_sn_a"), split]}
    assert codes_in(governed(layers)) == ["E209"]


def test_a_section_limits_its_fields() -> None:
    screen = "screen: s\nkind: record\ntabs: {main: {sections: {names: {$extend: {fields: {max: 1}}, fields: [a]}}}}"
    one = "screen: s\ntabs: {main: {sections: {names: {fields: {x_sn_b: {}}}}}}"
    two = "screen: s\ntabs: {main: {sections: {names: {fields: {x_sn_b: {}, x_sn_c: {}}}}}}"
    assert governed({"group": screen, "affiliate:sn": one}) == ""
    assert codes_in(governed({"group": screen, "affiliate:sn": two})) == ["E209"]


PROCESS = (
    "process: p\nslots: {$extend: {before_close: {max: 1}}, before_close: {}, after_close: {}}\ntasks: {a: {screen: s}}"
)


@pytest.mark.parametrize(
    ("overlay", "found"),
    [
        ("before_close: {x_sn_a: {screen: s}}", []),
        ("before_close: {x_sn_a: {screen: s}, x_sn_b: {screen: s}}", ["E209"]),
        ("after_close: {x_sn_a: {screen: s}, x_sn_b: {screen: s, $before: x_sn_a}}", []),
        ("before_close: {a: {screen: s}}", ["E101"]),
        ("before_close: {$remove: true}", ["E201"]),
        ("other: {x_sn_a: {screen: s}}", ["E101"]),
    ],
)
def test_slots_take_additions_as_many_as_the_group_says(overlay: str, found: list[str]) -> None:
    assert codes_in(governed({"group": PROCESS, "affiliate:sn": f"process: p\nslots: {{{overlay}}}"})) == found


def test_steps_of_a_slot_have_the_order_that_the_overlays_give() -> None:
    region = "process: p\nslots: {after_close: {x_waf_a: {screen: s}}}"
    own = "process: p\nslots: {after_close: {x_sn_b: {screen: s, $before: x_waf_a}, x_sn_c: {screen: s, $first: true}}}"
    documents, found = laid({"group": PROCESS, "region:waf": region, "affiliate:sn": own})
    assert not len(found), render(found)
    slot = documents["process", "p"].root.get("slots", "after_close")
    assert slot is not None
    assert list(slot.items) == ["x_sn_c", "x_sn_b", "x_waf_a"]


@pytest.mark.parametrize("text", ["{}", "{attributes: 5}", "{attributes: {}}", "{attributes: {max: -1}}", "false"])
def test_an_extension_point_of_a_wrong_form_is_refused(text: str) -> None:
    layers = {"group": f"entity: customer\n$extend: {text}\nattributes: {{name: {{type: string}}}}"}
    assert codes_in(governed(layers)) == ["E106"]


def test_only_the_group_and_regions_open() -> None:
    assert codes_in(customer("$extend: {attributes: {max: 99}}", BELOW)) == ["E205"]


def test_extension_points_are_listed_with_what_they_have() -> None:
    overlay = "process: p\nslots: {before_close: {x_sn_a: {screen: s}}}"
    documents, _ = laid({"group": PROCESS, "affiliate:sn": overlay})
    shape = RecordShape(REGISTRY.kinds["process"])
    found = [str(point) for point in extension_points(documents["process", "p"].root, shape)]
    assert found == ["slots.before_close: at most 1, has x_sn_a", "slots.after_close: any number"]


def test_the_group_limits_what_explain_then_tells(tmp_path: Path) -> None:
    files = {"baseline/c.yaml": f"{BELOW}\ntitle: name", "affiliates/sn/c.yaml": added("x_sn_a")}
    loaded = load_files(tmp_path, files)
    said = explain(loaded, "customer")
    assert "  extend   attributes: at most 2, has x_sn_a\n" in said.text()
    assert said.to_json()["extend"] == [{"path": "attributes", "most": 2, "has": ["x_sn_a"]}]
    assert explain(loaded, "customer.attributes.name").extensions == ()


COMPLAINT = {
    "baseline/ticket.yaml": "entity: trouble_ticket\ntitle: name\nattributes: {name: {type: string}}",
    "baseline/tier_1.yaml": "queue: tier_1",
    "baseline/complaint.yaml": """
        process: complaint
        about: trouble_ticket
        tasks:
          qualify: {screen: trouble_ticket_record, assign: {queue: tier_1}}
          check_credit: {call: billing.adjustment_limit, timeout: 5s, retries: 3}
        slots: {before_close: {}}
    """,
    "affiliates/sn/legal.yaml": "queue: x_sn_legal",
    "affiliates/sn/form.yaml": "screen: x_sn_regulator_form\nof: trouble_ticket\nkind: record\ntabs: {main: {}}",
    "affiliates/sn/complaint.yaml": """
        process: complaint
        tasks:
          check_credit: {$why: Credit is checked in the prepaid platform, call: x_sn_prepaid.limit}
        slots:
          before_close: {x_sn_regulator: {$why: Law, screen: x_sn_regulator_form, assign: {queue: x_sn_legal}}}
    """,
}


def test_a_country_adapts_the_complaint_as_the_metamodel_shows_it(tmp_path: Path) -> None:
    loaded = load_files(tmp_path, COMPLAINT)
    assert loaded.model is not None, render(loaded.diagnostics)
    process = loaded.model.processes["complaint"]
    assert process.tasks["check_credit"].call == "x_sn_prepaid.limit"
    assert process.tasks["check_credit"].retries == 3
    assert process.slots["before_close"]["x_sn_regulator"].assign is not None
    assert "extend   slots.before_close: any number, has x_sn_regulator" in explain(loaded, "process.complaint").text()


def test_a_step_in_a_slot_names_what_is_there(tmp_path: Path) -> None:
    files = {**COMPLAINT, "affiliates/sn/legal.yaml": "queue: x_sn_other"}
    assert "no queue `x_sn_legal`" in render(load_files(tmp_path, files).diagnostics)
