from pathlib import Path

import pytest
from tests.baseline.configurations import ROOT, loaded, model_of, shipped, texts_of

import sidra_baseline
from sidra_metamodel.kinds.scalar_type import Enum
from sidra_metamodel.load import Loaded
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

LAYER = "layer: zz\nlevel: affiliate\nprefix: zz\ntiers: [{}]\nlocales: [en]\ncurrency: EUR\ncountry: FR\n"
LANGUAGES = {"en", "fr", "ar", "pl"}

TICKET_STEPS = {
    ("acknowledged", "in_progress"),
    ("acknowledged", "rejected"),
    ("acknowledged", "cancelled"),
    ("in_progress", "held"),
    ("held", "in_progress"),
    ("in_progress", "pending"),
    ("pending", "in_progress"),
    ("in_progress", "resolved"),
    ("in_progress", "cancelled"),
    ("pending", "cancelled"),
    ("resolved", "closed"),
    ("resolved", "in_progress"),
}
LEAD_STEPS = {
    ("acknowledged", "in_progress"),
    ("acknowledged", "cancelled"),
    ("in_progress", "pending"),
    ("pending", "in_progress"),
    ("in_progress", "accepted"),
    ("in_progress", "rejected"),
    ("pending", "rejected"),
}
PRODUCT_STEPS = {
    ("created", "pending_active"),
    ("created", "active"),
    ("pending_active", "active"),
    ("pending_active", "cancelled"),
    ("pending_active", "aborted"),
    ("active", "suspended"),
    ("suspended", "active"),
    ("active", "pending_terminate"),
    ("pending_terminate", "terminated"),
    ("active", "terminated"),
}


def bare(folder: Path, tiers: str) -> Loaded:
    """An affiliate that takes packs as they are."""
    (folder / "zz").mkdir()
    (folder / "zz/layer.yaml").write_text(LAYER.format(tiers), encoding="utf-8")
    return loaded(shipped([folder / "zz"]), "zz")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return bare(tmp_path_factory.mktemp("whole"), "core, mature, b2b")


@pytest.fixture(scope="module")
def model(whole: Loaded) -> Model:
    return model_of(whole)


def steps(model: Model, entity: str) -> set[tuple[str, str]]:
    lifecycle = model.entity(entity).lifecycle
    assert lifecycle is not None
    return {(state, step.to) for step in lifecycle.transitions.values() for state in step.from_}


def enum_of(model: Model, entity: str, attribute: str) -> Enum:
    return model.enums[str(model.entity(entity).attributes[attribute].enum)]


def test_the_package_tells_where_its_files_are() -> None:
    assert sidra_baseline.folder() == ROOT / "baseline/sidra_baseline"
    assert (sidra_baseline.folder() / "layer.yaml").is_file()


@pytest.mark.parametrize("tiers", ["core", "core, mature", "core, b2b", "core, mature, b2b"])
def test_every_choice_of_packs_is_right_without_any_overlay(tmp_path: Path, tiers: str) -> None:
    one = bare(tmp_path, tiers)
    assert [str(found) for found in one.diagnostics] == []
    assert one.model is not None


def test_every_text_is_there_in_every_language(whole: Loaded) -> None:
    lacking = [
        f"{path}: {sorted(LANGUAGES - set(texts))}"
        for path, texts in texts_of(whole)
        if set(texts) != LANGUAGES and not path.startswith("layer.zz")
    ]
    assert lacking == []


def test_french_is_written_with_the_typographic_apostrophe(whole: Loaded) -> None:
    assert [path for path, texts in texts_of(whole) if "'" in texts.get("fr", "")] == []


def test_everything_that_people_read_has_a_text(model: Model) -> None:
    nameless = [
        f"{entity.name}.{element.name}"
        for entity in model.entities.values()
        for element in (
            entity,
            *entity.attributes.values(),
            *entity.relations.values(),
            *(entity.lifecycle.transitions.values() if entity.lifecycle else ()),
        )
        if "en" not in element.label.texts
    ]
    values = [
        f"{enum.name}.{value.name}"
        for enum in model.enums.values()
        for value in enum.values.values()
        if not value.label.texts
    ]
    roles = [role.name for role in model.roles.values() if not role.label.texts]
    assert nameless + values + roles == []


def test_every_icon_is_in_the_sprite(whole: Loaded) -> None:
    known = set((ROOT / "ui/sidra_ui/assets/icons.txt").read_text(encoding="utf-8").split())
    used = {str(icon.value) for document in whole.effective.values() for icon in _icons(document.root)}
    assert used - known == set()


def _icons(node: Node) -> list[Node]:
    found = [child for name, child in node.items.items() if name == "icon"]
    return found + [icon for child in node.items.values() for icon in _icons(child)]


@pytest.mark.parametrize(
    ("entity", "expected"), [("trouble_ticket", TICKET_STEPS), ("sales_lead", LEAD_STEPS), ("product", PRODUCT_STEPS)]
)
def test_a_life_cycle_has_the_steps_of_tm_forum_and_no_others(
    model: Model, entity: str, expected: set[tuple[str, str]]
) -> None:
    assert steps(model, entity) == expected


def test_packs_meet_in_the_page_and_the_menu_of_core(model: Model) -> None:
    assert list(model.screens["customer_360"].panels) == [
        "products",
        "bills",
        "timeline",
        "offers",
        "tickets",
        "profile",
        "comments",
        "loyalty",
        "accounts",
        "spending",
    ]
    groups = model.menus["main"].groups
    assert {"sales", "marketing"} <= set(groups)
    assert list(groups).index("sales") < list(groups).index("billing")


@pytest.mark.parametrize("role", ["agent", "configurator"])
def test_numbers_of_documents_are_never_shown_whole_to(model: Model, role: str) -> None:
    columns = model.roles[role].may["individual"].columns
    assert columns["national_number"] in {"enter", "mask", "none"}


@pytest.mark.parametrize("role", ["back_office", "administrator"])
def test_numbers_of_documents_are_written_by(model: Model, role: str) -> None:
    assert model.roles[role].may["individual"].columns["national_number"] == "edit"


def test_agents_and_their_leads_stay_inside_their_units(model: Model) -> None:
    for role in ("agent", "team_lead"):
        assert all("user.units" in str(formula.text) for formula in model.roles[role].may["customer"].rows)
        assert model.roles[role].may["customer"].rows
    assert not model.roles["back_office"].may["customer"].rows


def test_a_severity_has_a_tone_for_each_value(model: Model) -> None:
    assert all(value.tone for value in enum_of(model, "trouble_ticket", "severity").values.values())
