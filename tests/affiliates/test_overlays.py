from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.baseline.configurations import AFFILIATES, PLUGINS, ROOT, loaded, model_of, shipped, texts_of

from sidra.plugins import load_plugins
from sidra_metamodel.layering.layers import AFFILIATE, LayerFolder, Layers
from sidra_metamodel.load import Loaded, load
from sidra_metamodel.model import Model
from sidra_metamodel.nodes import Node

LEAST_DIFFERENCES = 15
FORMS = {
    "set",
    "replace",
    "remove",
    "add",
    "drop",
    "before",
    "after",
    "first",
    "last",
    "why",
    "ticket",
    "until",
    "category",
}
"""The directives that an affiliate may write (LAYERING.md §3); the rest are forms of plain values."""
LANGUAGE = load_plugins(PLUGINS).language
CATEGORIES = {"legal", "market", "technical", "debt"}
RESERVED = {"lock", "was", "extend"}


@pytest.fixture(scope="module")
def layers() -> Layers:
    return shipped([ROOT / "affiliates" / name for name in AFFILIATES])


@pytest.fixture(scope="module", params=AFFILIATES)
def one(request: pytest.FixtureRequest, layers: Layers) -> Loaded:
    return loaded(layers, request.param)


def folder(layers: Layers, affiliate: str) -> LayerFolder:
    return next(found for found in layers.folders if found.rank == AFFILIATE and found.own_name == affiliate)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.items.values():
        yield from nodes(child)


def documents(layers: Layers, affiliate: str) -> list[Node]:
    return [document.node for document in folder(layers, affiliate).documents]


def directives(layers: Layers, affiliate: str) -> set[str]:
    return {name for each in documents(layers, affiliate) for node in nodes(each) for name in node.directives or ()}


def differences(layers: Layers, affiliate: str) -> list[str]:
    """The documents and elements of an overlay that say why they differ, with `$why` there or around them."""
    found: list[str] = []
    for document in folder(layers, affiliate).documents:
        found += _explained(document.node, f"{document.kind} {document.name}", is_explained=False)
    return found


def _explained(node: Node, path: str, *, is_explained: bool) -> list[str]:
    is_explained = is_explained or node.directive("why") is not None
    inner = [
        one
        for name, child in node.items.items()
        for one in _explained(child, f"{path}.{name}", is_explained=is_explained)
    ]
    return inner if inner or not is_explained else [path]


def test_an_overlay_is_right_without_errors_or_warnings(one: Loaded) -> None:
    assert [str(found) for found in one.diagnostics] == []
    assert one.model is not None


def test_french_is_written_with_the_typographic_apostrophe(one: Loaded) -> None:
    assert [path for path, texts in texts_of(one) if "'" in texts.get("fr", "")] == []


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_an_overlay_has_at_least_fifteen_differences_with_their_reasons(layers: Layers, affiliate: str) -> None:
    reasons = [
        node
        for document in folder(layers, affiliate).documents
        for node in nodes(document.node)
        if node.directive("why")
    ]
    assert len(reasons) >= LEAST_DIFFERENCES
    assert len(differences(layers, affiliate)) >= LEAST_DIFFERENCES


def test_together_overlays_use_every_form_that_is_open_to_them(layers: Layers) -> None:
    used = set().union(*(directives(layers, affiliate) for affiliate in AFFILIATES))
    assert used >= FORMS
    assert not used & RESERVED


def test_together_overlays_use_every_form_of_a_plain_value(layers: Layers) -> None:
    values = [node.value for affiliate in AFFILIATES for each in documents(layers, affiliate) for node in nodes(each)]
    assert None in values
    assert {type(value) for value in values} >= {dict, tuple, str, int, bool, type(None)}


def test_together_overlays_have_reasons_of_every_category_and_a_debt_with_an_end(layers: Layers) -> None:
    given = [node for affiliate in AFFILIATES for each in documents(layers, affiliate) for node in nodes(each)]
    categories = {category.value: node for node in given if (category := node.directive("category"))}
    assert set(categories) == CATEGORIES
    assert all(categories["debt"].directive(name) for name in ("why", "ticket", "until"))


def test_a_debt_is_a_warning_from_the_day_after_its_end(layers: Layers) -> None:
    node = next(
        node
        for affiliate in AFFILIATES
        for each in documents(layers, affiliate)
        for node in nodes(each)
        if (category := node.directive("category")) and category.value == "debt"
    )
    until = node.directive("until")
    assert until is not None
    last, affiliate = date.fromisoformat(str(until.value)), node.source.layer.partition(":")[2]
    assert list(load(layers, affiliate, LANGUAGE, today=last).diagnostics) == []
    (found,) = load(layers, affiliate, LANGUAGE, today=last + timedelta(days=1)).diagnostics
    assert (found.code, found.severity, found.at) == ("E213", "warning", until.place)


def test_an_overlay_takes_a_value_away_with_null(layers: Layers) -> None:
    defaults = {
        name: model_of(loaded(layers, name)).entity("sales_lead").attributes["rating"].default for name in ("eg", "pl")
    }
    assert defaults["pl"] is None
    assert defaults["eg"] is not None


def test_an_overlay_replaces_a_list_that_is_atomic(layers: Layers) -> None:
    below = model_of(loaded(layers, "eg")).screens["customer_list"].sort
    assert model_of(loaded(layers, "sn")).screens["customer_list"].sort == ("-monthly_charges", "name") != below


@pytest.mark.parametrize("affiliate", AFFILIATES)
def test_an_overlay_brings_texts_of_its_own_as_translations(layers: Layers, affiliate: str) -> None:
    assert any(document.kind == "translation" for document in folder(layers, affiliate).documents)


def test_every_text_is_there_in_the_affiliates_languages(one: Loaded) -> None:
    model = model_of(one)
    lacking = [f"{path}: {locale}" for path, texts in texts_of(one) for locale in model.locales if locale not in texts]
    assert lacking == []


def test_whatever_is_new_bears_the_affiliates_prefix(one: Loaded) -> None:
    model = model_of(one)
    prefix = f"x_{one.affiliate}_"
    others = [name for name in AFFILIATES if name != one.affiliate]
    names = [*model.entities, *(attribute for entity in model.entities.values() for attribute in entity.attributes)]
    assert [name for name in names if name.startswith(prefix)]
    assert [name for name in names if any(name.startswith(f"x_{other}_") for other in others)] == []


def test_a_reason_with_an_end_is_still_good_today(layers: Layers) -> None:
    ends = [
        date.fromisoformat(str(until.value))
        for affiliate in AFFILIATES
        for document in folder(layers, affiliate).documents
        for node in nodes(document.node)
        if (until := node.directive("until"))
    ]
    assert ends
    assert min(ends) > date(2026, 1, 1)


def test_affiliates_take_the_packs_of_their_tier(layers: Layers) -> None:
    taken = {
        name: set(model_of(loaded(layers, name)).entities) & {"loyalty_account", "sales_lead"} for name in AFFILIATES
    }
    assert taken == {"sn": set(), "eg": {"sales_lead"}, "pl": {"loyalty_account", "sales_lead"}}


def test_money_languages_and_zones_are_those_of_the_country(layers: Layers) -> None:
    models = {name: model_of(loaded(layers, name)) for name in AFFILIATES}
    facts = {
        name: (model.locales[0], model.currency, model.country, str(model.time_zone)) for name, model in models.items()
    }
    assert facts == {
        "sn": ("fr", "XOF", "SN", "Africa/Dakar"),
        "eg": ("ar", "EGP", "EG", "Africa/Cairo"),
        "pl": ("pl", "PLN", "PL", "Europe/Warsaw"),
    }


def test_the_weekend_of_egypt_is_friday_and_saturday(layers: Layers) -> None:
    calendar = model_of(loaded(layers, "eg")).calendar
    assert calendar is not None
    assert list(calendar.week) == ["sun", "mon", "tue", "wed", "thu"]


def test_a_number_is_narrowed_and_never_loosened(layers: Layers) -> None:
    lengths = {name: _national_number(model_of(loaded(layers, name))) for name in AFFILIATES}
    assert lengths == {"sn": (13, 14), "eg": (14, 14), "pl": (11, 11)}


def _national_number(model: Model) -> tuple[int | None, int | None]:
    attribute = model.entity("individual").attributes["national_number"]
    return attribute.min_length, attribute.max_length
