from collections.abc import Callable
from pathlib import Path

import pytest
from tests.metamodel.configurations import LANGUAGE, expected
from tests.metamodel.promoting.conftest import NINEA, REGIONAL, SHORTER, TODAY, in_three, layers_in, texts

from sidra_metamodel.diagnostics import SidraError
from sidra_metamodel.layering.renames import former_names
from sidra_metamodel.promoting.choosing import Request
from sidra_metamodel.promoting.promote import Promotion, promote
from sidra_metamodel.promoting.proof import roots_of, unequal
from sidra_metamodel.render import refusal

Promoted = Callable[..., Promotion]
REGISTRY = LANGUAGE.registry


def test_a_value_that_three_say_goes_to_the_baseline_and_out_of_their_files(promoted: Promoted) -> None:
    found = promoted(SHORTER, "individual.attributes.given_name.max_length", approve=frozenset({"eg"}))
    assert (found.address, found.target) == ("entity.individual.attributes.given_name.max_length", "core")
    assert (found.adopters, found.kept, found.taken) == (("ci", "ml", "sn"), (), ("eg",))
    after = texts(found)
    assert [after[f"affiliates/{name}/individual.yaml"] for name in found.adopters] == [None] * 3
    baseline = after["baseline/individual.yaml"] or ""
    assert "max_length: 40, sort: true}" in baseline
    assert "  # The group's names.\n" in baseline


def test_who_had_another_value_keeps_it_by_an_override_with_the_reason(promoted: Promoted) -> None:
    files = in_three("person.yaml", "entity: individual\nattributes:\n  given_name: {label: {fr: Nom}}\n")
    found = promoted(files, "individual.attributes.given_name.label.fr", why="As it is printed")
    assert found.kept == ("eg",)
    assert (
        texts(found)["affiliates/eg/entities/individual.yaml"]
        == expected("""
        entity: individual
        attributes:
          given_name:
            label:
              fr: {$set: "Prénom", $why: As it is printed}
    """)
        + "\n"
    )


def test_a_field_goes_without_its_prefix_knows_its_former_names_and_is_hidden_where_it_was_lacking(
    promoted: Promoted,
) -> None:
    found = promoted(NINEA, "organization.attributes.x_sn_ninea", rename="tax_number")
    assert found.names["ml"] == {"x_ml_ninea": "tax_number"}
    assert found.kept == ("eg",)
    after = texts(found)
    assert (
        after["affiliates/sn/organization.yaml"]
        == expected("""
        entity: organization
        identity: {strong: {$add: [tax_number], $why: It identifies}}
        attributes:
          tax_number:
            label: {fr: SN}
    """)
        + "\n"
    )
    assert "hidden: true" in (after["affiliates/eg/entities/organization.yaml"] or "")
    node = roots_of(found.layers, "sn", REGISTRY)["entity", "organization"].get("attributes", "tax_number")
    assert node is not None
    assert former_names(node) == ("x_ci_ninea", "x_ml_ninea", "x_sn_ninea")
    assert list(roots_of(found.layers, "sn", REGISTRY)["entity", "organization"].items["attributes"].items) == [
        "trading_name",
        "tax_number",
        "legal_name",
    ]


def test_what_all_of_one_region_say_goes_to_their_region_and_touches_nobody_else(promoted: Promoted) -> None:
    found = promoted({**NINEA, **REGIONAL}, "organization.attributes.x_*_ninea")
    assert (found.target, found.kept, found.names["sn"]) == ("waf", (), {"x_sn_ninea": "x_waf_ninea"})
    assert "affiliates/waf/entities/organization.yaml" in texts(found)
    assert not [path for path in texts(found) if path.startswith(("affiliates/eg", "baseline"))]
    assert not found.warnings


def test_a_whole_document_goes_with_its_text(promoted: Promoted) -> None:
    text = "# From the law.\nenum: x_NAME_zone\n$why: Law\nvalues: {north: {label: North}, south: {label: South}}\n"
    found = promoted(in_three("zone.yaml", text), "enum.x_sn_zone", approve=frozenset({"eg"}))
    after = texts(found)
    assert (
        after["baseline/zone.yaml"]
        == expected("""
        # From the law.
        enum: zone
        values: {north: {label: North}, south: {label: South}}
        $was: [x_ci_zone, x_ml_zone, x_sn_zone]
    """)
        + "\n"
    )
    assert [after[f"affiliates/{name}/zone.yaml"] for name in ("ci", "ml", "sn")] == [None] * 3


def test_an_element_that_is_moved_stands_there_for_all_and_stays_where_it_was_for_others(promoted: Promoted) -> None:
    text = "screen: organization_list\ncolumns: {legal_name: {$before: trading_name}}\n"
    found = promoted(in_three("list.yaml", text), "screen.organization_list.columns.legal_name")
    assert found.kept == ("eg",)
    columns = {
        name: list(roots_of(found.layers, name, REGISTRY)["screen", "organization_list"].items["columns"].items)
        for name in ("eg", "sn")
    }
    assert columns == {"eg": ["trading_name", "legal_name"], "sn": ["legal_name", "trading_name"]}


def test_what_else_has_the_same_name_keeps_it(promoted: Promoted) -> None:
    enum = in_three("ninea.yaml", "enum: x_NAME_ninea\nvalues: {a: {label: A}}\n")
    found = promoted({**NINEA, **enum}, "organization.attributes.x_sn_ninea", rename="tax_number")
    assert ("enum", "x_sn_ninea") in roots_of(found.layers, "sn", REGISTRY)


def test_a_boolean_that_says_nothing_by_default_is_kept_as_its_default(promoted: Promoted) -> None:
    files = in_three("person.yaml", "entity: individual\nattributes: {family_name: {hidden: true}}\n")
    found = promoted(files, "individual.attributes.family_name.hidden")
    assert "hidden: {$set: false" in (texts(found)["affiliates/eg/entities/individual.yaml"] or "")


@pytest.mark.parametrize("likes", ["ci", "sn"])
def test_where_affiliates_differ_the_value_of_one_can_be_taken(promoted: Promoted, likes: str) -> None:
    files = {
        f"affiliates/{name}/person.yaml": f"entity: individual\nattributes: {{given_name: {{label: {{fr: {name}}}}}}}\n"
        for name in ("ci", "sn")
    }
    found = promoted(files, "individual.attributes.given_name.label.fr", like=likes)
    assert found.adopters == (likes,)
    for name, text in {"ci": "ci", "sn": "sn", "eg": "Prénom", "ml": "Prénom"}.items():
        node = roots_of(found.layers, name, REGISTRY)["entity", "individual"].get(
            "attributes", "given_name", "label", "fr"
        )
        assert node is not None
        assert node.value == text


def test_everybody_has_the_same_afterwards_but_what_is_hidden_or_approved(tmp_path: Path) -> None:
    layers = layers_in(tmp_path, {**NINEA, **SHORTER})
    request = Request("individual.attributes.given_name.max_length", approve=frozenset({"eg"}))
    found = promote(layers, LANGUAGE, TODAY, request)
    for name in ("ci", "ml", "sn"):
        assert not unequal(name, roots_of(layers, name, REGISTRY), roots_of(found.layers, name, REGISTRY), REGISTRY)


def refused(promoted: Promoted, files: dict[str, str], path: str, **how: object) -> str:
    with pytest.raises(SidraError) as caught:
        promoted(files, path, **how)
    return refusal(caught.value)


def test_a_path_at_which_nobody_says_anything_is_refused(promoted: Promoted) -> None:
    assert refused(promoted, SHORTER, "individual.attributes.given_name.max_lenght") == expected("""
        error[E280]: no affiliate says anything of its own at `individual.attributes.given_name.max_lenght`
          = help: did you mean `individual.attributes.given_name.max_length`?
    """)


@pytest.mark.parametrize(
    ("path", "way_out"),
    [
        ("individual.attributes.given_name", "name one of `individual.attributes.given_name.max_length`"),
        ("organization.attributes.x_sn_ninea.type", "which goes as a whole"),
    ],
)
def test_a_path_around_or_inside_a_change_names_the_change(promoted: Promoted, path: str, way_out: str) -> None:
    assert way_out in refused(promoted, {**SHORTER, **NINEA}, path)


def test_a_value_that_differs_everywhere_is_refused_with_who_says_what(promoted: Promoted) -> None:
    files = {
        f"affiliates/{name}/person.yaml": (
            f"entity: individual\n$why: Card\nattributes: {{given_name: {{max_length: {length}}}}}\n"
        )
        for name, length in {"ci": 30, "sn": 40}.items()
    }
    assert refused(promoted, files, "individual.attributes.given_name.max_length") == expected("""
        error[E281]: affiliates differ at `individual.attributes.given_name.max_length` (ci: 30; sn: 40)
          = help: say whose value to take, such as `--like ci`
    """)


def test_an_unknown_layer_is_refused(promoted: Promoted) -> None:
    assert refused(promoted, SHORTER, "individual.attributes.given_name.max_length", to="cor") == expected("""
        error[E282]: nothing can be promoted to `cor`
          = help: did you mean `core`?
    """)


def test_a_tighter_limit_that_an_affiliate_does_not_fulfil_is_refused_without_its_approval(promoted: Promoted) -> None:
    said = refused(promoted, SHORTER, "individual.attributes.given_name.max_length")
    assert said == expected("""
        error[E283]: `eg` would not check: affiliates/eg/entities/individual.yaml:4:5: E203: `max_length: 60` loosens the rule set below (40)
          = help: nothing was changed; choose another name with `--rename` or another layer with `--to`, or let those who lack it take it over with `--approve`
    """)  # noqa: E501 - as it is printed


def test_what_cannot_be_taken_back_is_refused(promoted: Promoted) -> None:
    text = "enum: x_NAME_zone\nvalues: {north: {label: North}}\n"
    assert refused(promoted, in_three("zone.yaml", text), "enum.x_sn_zone") == expected("""
        error[E284]: `eg` cannot keep what it has: `enum.zone` has no value that stands for none
          = help: let them take it over with `--approve eg`, or promote to a region that they are not in
    """)


def test_what_uses_other_local_names_waits_for_them(promoted: Promoted) -> None:
    assert refused(promoted, NINEA, "organization.identity") == expected("""
        error[E285]: `entity.organization.identity` uses `x_*_ninea`, which stays behind
          = help: promote what it uses first, or change what it says
    """)


@pytest.mark.parametrize(
    ("rename", "reason"),
    [("legal_name", "there is `entity.organization.attributes.legal_name` already"), ("Tax", "`Tax` is no name")],
)
def test_a_name_that_is_taken_or_none_is_refused(promoted: Promoted, rename: str, reason: str) -> None:
    assert reason in refused(promoted, NINEA, "organization.attributes.x_sn_ninea", rename=rename)


def test_what_the_group_locks_after_all_is_not_loosened(promoted: Promoted) -> None:
    locked = {
        "baseline/locked.yaml": "entity: place\nattributes: {name: {type: string, max_length: 9, $lock: final}}\n"
    }
    files = in_three(
        "place.yaml",
        "entity: place\n$why: x\nattributes: {x_NAME_zone: {type: string, max_length: 5, min_length: 2}}\n",
    )
    found = promoted({**locked, **files}, "place.attributes.x_sn_zone")
    assert found.kept == ("eg",)
    assert "$lock: final" in (texts(found)["baseline/locked.yaml"] or "")
