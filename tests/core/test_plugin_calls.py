from __future__ import annotations

from pathlib import Path

import pytest
import structlog
from tests.core.models import model_of

from sidra.access.actor import Actor, system_actor
from sidra.errors import CODES, Invalid, Problem
from sidra.interfaces.feed import Feed
from sidra.interfaces.files import Row
from sidra.plugin_calls import PluginError, reported_function, reported_type
from sidra.records.service import Records
from sidra.runtime import Runtime
from sidra.store.database import Store
from sidra_metamodel.expressions import STRING, Environment, EvaluationError, Function, Overload
from sidra_metamodel.expressions.types import BOOLEAN
from sidra_metamodel.model.built_in import PluginType

SECRET = "29001011234567"


def fail(value: object) -> str:
    raise ValueError(f"cannot read {value}")


TYPES = (
    reported_type("acme", PluginType(name="unreadable", doc="Never.", base="string", normalise=fail)),
    reported_type(
        "acme", PluginType(name="unsure", doc="Never.", base="string", check=lambda value: bool(fail(value)))
    ),
)
FUNCTIONS = (
    reported_function("acme", Function("secret_of", (Overload((STRING,), STRING),), fail)),
    reported_function("acme", Function("is_known", (Overload((STRING,), BOOLEAN),), fail)),
)
DOCUMENTS = (
    """\
entity: person
attributes:
  name: {type: string}
  card: {type: unreadable}
  badge: {type: unsure}
  shown: {type: string, compute: "secret_of(name)"}
  kept: {type: string, compute: {by: "name == 'kept' ? secret_of(name) : name", stored: true}}
  boss_says: {type: string, compute: {by: "boss.name == 'bad' ? secret_of(boss.name) : 'ok'", stored: true}}
  wanted: {type: string, required: "name == 'wanted' && is_known(name)"}
  fixed: {type: string, read_only: "is_known(name)"}
  status: {type: enum, enum: status}
relations:
  boss: {to: person}
lifecycle:
  attribute: status
  initial: new
  transitions: {close: {from: [new], to: closed, when: "is_known(name)"}}
""",
    "role: reader\nmay: {person: {do: [read]}}\n",
    "enum: status\nvalues: [new, closed]\n",
    "rule: known\nkind: validate\non: person\nwhen: \"name == 'ruled'\"\ncheck: is_known(name)\n",
    """\
interface: load
kind: feed
direction: in
format: csv
into: person
key: name
map: {name: {from: name}, card: {from: card}, wanted: {value: "source.name == 'bad' ? secret_of('x') : 'y'"}}
""",
)
TOLD = "The plugin acme failed, so that this cannot be saved. Tell the operator."


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return Runtime(model_of(*DOCUMENTS, types=TYPES, functions=FUNCTIONS), Store.open(tmp_path / "x.db"))


@pytest.fixture
def people(runtime: Runtime) -> Records:
    return runtime.records(system_actor("test"))


def problems(people: Records, **values: object) -> list[Problem]:
    with pytest.raises(Invalid) as refusal:
        people.create("person", values)
    assert people.list("person").records == []
    return list(refusal.value.problems)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"card": SECRET}, "card"),
        ({"badge": SECRET}, "badge"),
        ({"name": "kept"}, ""),
        ({"name": "wanted"}, ""),
        ({"name": "ruled"}, ""),
    ],
)
def test_a_record_in_which_a_plugin_fails_is_refused_and_the_plugin_named(
    people: Records, values: dict[str, object], path: str
) -> None:
    assert problems(people, **values) == [Problem("R625", path, TOLD)]
    assert "R625" in CODES


def test_what_a_change_elsewhere_makes_a_plugin_fail_on_is_refused(people: Records) -> None:
    boss = people.create("person", {"name": "good"})
    people.create("person", {"name": "Awa", "boss": boss.id})
    with pytest.raises(Invalid) as refusal:
        people.update("person", boss.id, {"name": "bad"})
    assert [problem.code for problem in refusal.value.problems] == ["R625"]
    assert people.get("person", boss.id)["name"] == "good"


def test_the_log_names_the_plugin_its_part_and_the_place_and_never_the_value(people: Records) -> None:
    with structlog.testing.capture_logs() as lines:
        problems(people, card=SECRET)
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("plugin failed", "error")
    assert (line["plugin"], line["part"]) == ("acme", "`normalise` of the type `unreadable`")
    assert (line["error"], line["at"].split(":")[0]) == ("ValueError", "test_plugin_calls.py")
    assert SECRET not in str(lines)


def test_people_see_the_rest_of_a_record_whose_value_a_plugin_cannot_compute(runtime: Runtime, people: Records) -> None:
    made = people.create("person", {"name": "Awa"})
    found = runtime.records(Actor("x", "X", frozenset({"reader"}), ())).get("person", made.id)
    assert (found["name"], found["shown"]) == ("Awa", None)
    with pytest.raises(EvaluationError):
        people.get("person", made.id)["shown"]


def test_a_step_whose_condition_a_plugin_cannot_tell_is_not_possible_and_says_so(people: Records) -> None:
    made = people.create("person", {"name": "Awa"})
    (step,) = people.transitions("person", made)
    assert (step.allowed, step.why_not) == (False, TOLD)
    with pytest.raises(Invalid, match="acme"):
        people.transition("person", made.id, "close")


def test_what_a_plugin_cannot_tell_to_be_open_is_read_only(runtime: Runtime) -> None:
    assert "fixed" in runtime.rules("person").read_only(Environment(this={"name": "Awa"}))


@pytest.mark.parametrize("row", [{"name": "bad", "card": ""}, {"name": "good", "card": SECRET}])
def test_a_row_of_a_feed_is_rejected_with_the_plugin_named(runtime: Runtime, row: dict[str, str]) -> None:
    described = Feed(runtime.model, "load").describe(Row(1, 2, row), Environment())
    assert described.record is None
    assert [problem.code for problem in described.problems] == ["R625"]


def test_what_a_plugin_raises_is_an_error_with_a_way_out() -> None:
    with pytest.raises(PluginError, match="the plugin `acme` failed in the function `secret_of`") as failure:
        FUNCTIONS[0].python("x")
    assert failure.value.hint
