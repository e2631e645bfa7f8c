from dataclasses import replace
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from sidra import plugins
from sidra.errors import SidraError
from sidra.hookspecs import PROJECT, hookimpl
from sidra.plugins import (
    DECIMAL,
    STRING,
    Document,
    Function,
    Overload,
    PluginFailed,
    PluginType,
    Vocabulary,
    assemble,
    load_plugins,
)

REVERSED = Function("reversed_text", (Overload((STRING,), STRING),), lambda text: str(text)[::-1])
PESEL = PluginType(name="pesel", doc="A number.", base="string")


class Letter(Document):
    kind = "letter"
    folder = "letters"


def plugin(**hooks: object) -> SimpleNamespace:
    """A plugin whose hooks return these values."""
    return SimpleNamespace(**{name: hookimpl(lambda value=value: value) for name, value in hooks.items()})


def test_a_plugin_adds_to_what_is_built_in() -> None:
    found = assemble({"pl": plugin(register_types=[PESEL], register_functions=[REVERSED], register_kinds=[Letter])})
    assert found.names == ("pl",)
    assert found.types.by_name["pesel"] == PESEL
    assert (found.functions["reversed_text"].python("ab"), "startsWith" in found.functions) == ("ba", True)
    assert (found.registry.kinds["letter"], "entity" in found.registry.kinds) == (Letter, True)


def test_values_of_one_vocabulary_add_up() -> None:
    further = Vocabulary(name="function", values=frozenset({"dispatch"}))
    found = assemble({"pl": plugin(register_vocabularies=[further])}).language.vocabularies.by_name
    assert {"dispatch", "search"} <= found["function"].values


def test_without_plugins_there_is_what_is_built_in() -> None:
    assert "string" in load_plugins(()).types.by_name


def test_plugins_are_found_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("nothing", "types", PROJECT)
    monkeypatch.setattr(plugins, "entry_points", lambda group: [entry] if group == PROJECT else [])
    assert load_plugins().names == ("nothing",)
    assert load_plugins(["nothing"]).names == ("nothing",)


def broken() -> list[object]:
    raise RuntimeError("boom\nwith details")


def of_something(nonsense: object) -> list[object]:
    return [nonsense]


def typed(**changes: object) -> SimpleNamespace:
    """A plugin with a type of which something is wrong."""
    return plugin(register_types=[replace(PESEL, **changes)])  # type: ignore[arg-type]  # wrong on purpose


def called(**changes: object) -> SimpleNamespace:
    """A plugin with a function of which something is wrong."""
    return plugin(register_functions=[replace(REVERSED, **changes)])  # type: ignore[arg-type]  # wrong on purpose


class Nameless(Document):
    pass


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        (typed(base="strin"), "the type `pesel` of the plugin `bad` refines `strin`, which is no type"),
        (typed(base="pesel"), "the type `pesel` of the plugin `bad` refines `pesel`"),
        (typed(base=None), "a PluginType `pesel` that cannot be: `base`"),
        (typed(name="Pesel"), "a PluginType `Pesel` that cannot be: `name`"),
        (typed(name=""), "a PluginType `` that cannot be: `name`"),
        (typed(check=True), "`normalise` and `check` are functions"),
        (typed(message="No"), "`message` is a map"),
        (typed(message={"en": 1}), "`message` is a map"),
        (called(name="reversed text"), "a Function `reversed text` that cannot be: `name`"),
        (called(overloads=Overload((STRING,), STRING)), "`overloads` is a tuple of types"),
        (called(overloads=()), "`overloads` is a tuple of types"),
        (called(overloads=(Overload(STRING, STRING),)), "`overloads` is a tuple of types"),  # type: ignore[arg-type]  # on purpose
        (called(overloads=(Overload((str,), STRING),)), "`overloads` is a tuple of types"),  # type: ignore[arg-type]  # on purpose
        (called(overloads=(Overload((DECIMAL,), STRING),)), "DECIMAL(2)"),  # type: ignore[arg-type]  # on purpose
        (called(python="abc"), "`python` is a function"),
        (plugin(register_kinds=[int]), "returned type, not Document"),
        (plugin(register_kinds=[Nameless]), "a Document `Nameless` that cannot be: `kind`"),
        (plugin(register_vocabularies=[Vocabulary(name="icon", values=["a"])]), "`values` is a frozenset"),  # type: ignore[arg-type]  # on purpose
        (plugin(register_vocabularies=[Vocabulary(name=3, values=frozenset())]), "`name` is a text"),  # type: ignore[arg-type]  # on purpose
    ],
)
def test_what_a_hook_returned_and_did_not_promise_names_the_plugin(added: object, reason: str) -> None:
    with pytest.raises(PluginFailed) as refused:
        assemble({"bad": added})
    assert reason in refused.value.reason
    assert "`bad`" in refused.value.reason
    assert refused.value.hint


def test_a_type_may_refine_a_type_of_another_plugin() -> None:
    child = PluginType(name="child_pesel", doc="A number of a child.", base="pesel")
    found = assemble({"one": plugin(register_types=[child]), "two": plugin(register_types=[PESEL])})
    assert found.types.built_in("child_pesel") == "string"


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        (plugin(register_types=[REVERSED]), "`register_types` of the plugin `bad` returned Function, not PluginType"),
        (plugin(register_types=3), "`register_types` of the plugin `bad` returned no list"),
        (SimpleNamespace(register_functions=hookimpl(broken)), "of the plugin `bad` failed: RuntimeError: boom"),
        (SimpleNamespace(register_types=hookimpl(of_something)), "the plugin `bad` does not fit its hooks"),
        (
            plugin(register_functions=[REVERSED, REVERSED]),
            "the function `reversed_text` comes from `bad` and from `bad`",
        ),
        (plugin(register_types=[PESEL, PluginType(name="pesel", doc="Other.", base="text")]), "the type `pesel`"),
    ],
)
def test_a_plugin_that_breaks_is_named(added: object, reason: str) -> None:
    with pytest.raises(SidraError) as refused:
        assemble({"bad": added})
    assert reason in refused.value.reason
    assert refused.value.hint


def test_a_plugin_that_is_not_there_is_named() -> None:
    with pytest.raises(PluginFailed, match="the plugin `sidra_nowhere` cannot be imported: ModuleNotFoundError"):
        load_plugins(["sidra_nowhere"])
