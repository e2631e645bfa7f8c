"""What a role is kept from stays told of, whatever it is copied, counted or called into: each with a counterpart."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.metamodel.configurations import load_files

from sidra_metamodel.granting.gains import Widening
from sidra_metamodel.granting.shares import RoleAccess
from sidra_metamodel.granting.widening import widenings
from sidra_metamodel.model import Model

FILES = {
    "customer": """
        entity: customer
        title: city
        attributes:
          city: {type: string}
          note: {type: string}
          name: {type: string}
          salary: {type: integer, pii: [sensitive]}
          iban: {type: string, encrypt: true}
          grade: {type: integer}
          start: {type: string, compute: {by: "concat(name, '')", stored: true}}
        relations: {orders: {to: order, many: true, inverse: customer}}
    """,
    "order": """
        entity: order
        title: number
        attributes: {number: {type: string}, code: {type: string, compute: number}}
        relations: {customer: {to: customer}}
    """,
    "agent": """
        role: agent
        may:
          customer:
            do: [read, create]
            columns: {city: read, note: read, name: mask, salary: mask, grade: none, start: read}
          order: {do: [read, update], columns: {code: read}}
    """,
    "clerk": "role: clerk\nmay: {order: {do: [read]}}\n",
}
Gained = Callable[..., set[tuple[str, str, str, str]]]
Change = tuple[str, str]


def changed(files: Mapping[str, str], changes: Mapping[str, Change | str]) -> dict[str, str]:
    found = dict(files)
    for name, change in changes.items():
        if isinstance(change, str):
            found[name] = change
        else:
            assert change[0] in found[name], f"{name} has no {change[0]!r}"
            found[name] = found[name].replace(*change)
    return {f"baseline/{name}.yaml": text for name, text in found.items()}


def made(folder: Path, changes: Mapping[str, Change | str]) -> Model:
    loaded = load_files(folder, changed(FILES, changes))
    assert loaded.model is not None, [one.message for one in loaded.diagnostics]
    return loaded.model


def short(one: Widening) -> tuple[str, str, str, str]:
    return one.what, one.role, one.document if one.what != "column" else one.path[1], one.subject


@pytest.fixture
def gained(tmp_path: Path) -> Gained:
    """What is gained by changes: name of a file to what stands in the place of what, or to a whole text."""
    before = made(tmp_path / "before", {})
    return lambda **changes: set(map(short, widenings(before, made(tmp_path / "after", changes))))


COPY = "attributes:\n          "
LINES = "columns: {city: read"
X_COPY = ("columns: {city: read", "columns: {x: read, city: read")
NEW = """
    entity: card
    title: x
    attributes: {x: {type: string, compute: %s}}
    relations: {customer: {to: customer}}
"""
CARDS = ("order: {do", "card: {do: [read], columns: {x: read}}\n          order: {do")


@pytest.mark.parametrize(
    "how",
    [
        "type: string, compute: name",
        "type: string, compute: {by: name, stored: true}",
        "type: string, default: {compute: name}",
        "type: boolean, compute: \"name == 'Ada'\"",
        'type: integer, compute: "salary + 1"',
        "type: integer, compute: grade",
        "type: string, compute: start2",
        "type: integer, compute: \"orders.filter(o, o.customer.name == 'Ada').size()\"",
    ],
)
def test_a_line_on_a_copy_of_what_is_masked_is_told(gained: Gained, how: str) -> None:
    entity = FILES["customer"].replace(
        COPY, f"{COPY}x: {{{how}}}\n          start2: {{type: string, compute: name}}\n          "
    )
    assert gained(customer=entity) == set()
    assert ("column", "agent", "customer", "x") in gained(customer=entity, agent=X_COPY)


def test_a_line_on_a_copy_of_what_is_shown_is_not_told(gained: Gained) -> None:
    entity = FILES["customer"].replace(COPY, f'{COPY}x: {{type: string, compute: "concat(city, note)"}}\n          ')
    assert gained(customer=entity, agent=X_COPY) == set()


def test_a_rule_that_fills_what_is_shown_from_what_is_masked_is_told(gained: Gained) -> None:
    rule = "rule: filled\nkind: {}\non: customer\nat: note\nvalue: {}\n"
    assert gained(rule=rule.format("default", "name")) == {("column", "agent", "customer", "note")}
    assert gained(rule=rule.format("compute", "name")) == {("column", "agent", "customer", "note")}
    assert gained(rule=rule.format("default", "city")) == set()


def test_a_condition_of_a_rule_tells_what_it_reads(gained: Gained) -> None:
    rule = "rule: filled\nkind: default\non: customer\nat: note\nwhen: \"{} == 'Ada'\"\nvalue: \"'it is'\"\n"
    assert gained(rule=rule.format("name")) == {("column", "agent", "customer", "note")}
    assert gained(rule=rule.format("city")) == set()


def test_what_was_shown_and_is_filled_from_what_is_masked_from_now_on_is_told(gained: Gained) -> None:
    changes = {"customer": ("note: {type: string}", "note: {type: string, default: {compute: name}}")}
    assert gained(**changes) == {("column", "agent", "customer", "note")}
    harmless = {"customer": ("note: {type: string}", "note: {type: string, default: {compute: city}}")}
    assert gained(**harmless) == set()


def test_what_was_agreed_to_is_told_again_where_it_follows_from_something_else(gained: Gained) -> None:
    assert gained(agent=("note: read", "note: mask")) == set()
    again = gained(customer=("\"concat(name, '')\"", "\"concat(name, '.')\""))
    assert again == {("column", "agent", "customer", "start")}


def test_a_copy_on_another_entity_is_told(gained: Gained) -> None:
    assert gained(order=("compute: number", "compute: customer.name")) == {
        ("column", "agent", "order", "code"),
        ("column", "clerk", "order", "code"),
    }
    assert gained(order=("compute: number", "compute: customer.city")) == {("column", "clerk", "order", "code")}
    assert gained(order=("compute: number", "compute: \"concat(number, '')\"")) == set()


def test_a_new_entity_that_shows_what_is_masked_is_told(gained: Gained) -> None:
    assert gained(card=NEW % "customer.name", agent=CARDS) == {("column", "agent", "card", "x")}
    assert gained(card=NEW % "customer.city", agent=CARDS) == set()


def test_values_of_records_beyond_the_rows_of_a_role_are_told(tmp_path: Path) -> None:
    few = {"agent": ("do: [read, create]", "do: [read, create]\n            rows: \"city == 'Dakar'\"")}
    before = made(tmp_path / "before", few)
    after = made(tmp_path / "after", {**few, "order": ("compute: number", "compute: customer.city")})
    assert ("column", "agent", "order", "code") in set(map(short, widenings(before, after)))


def test_what_an_owner_shows_its_parts_may_show(tmp_path: Path) -> None:
    parts: dict[str, Change | str] = {
        "customer": ("many: true, inverse", "many: true, owned: true, inverse"),
        "agent": ("do: [read, create]", "do: [read, create, update]\n            rows: \"city == 'Dakar'\""),
        "clerk": "role: clerk\n",
    }
    before = made(tmp_path / "before", parts)
    after = made(tmp_path / "after", {**parts, "order": ("compute: number", "compute: customer.city")})
    assert widenings(before, after) == ()
    masked = made(tmp_path / "masked", {**parts, "order": ("compute: number", "compute: customer.name")})
    assert set(map(short, widenings(before, masked))) == {("column", "agent", "order", "code")}


def test_a_name_that_moves_on_hides_no_copy(gained: Gained) -> None:
    renamed = FILES["customer"].replace("note: {type: string}", "x: {$was: note, type: string, compute: name}")
    role = ("note: read", "x: read")
    assert gained(customer=renamed, agent=role) == {("column", "agent", "customer", "x")}
    same = FILES["customer"].replace("note: {type: string}", "x: {$was: note, type: string}")
    assert gained(customer=same, agent=role) == set()


def test_two_that_follow_from_each_other_in_the_same_words_are_followed_to_the_end(tmp_path: Path) -> None:
    files = {
        "group": "entity: group\ntitle: key\nattributes: {key: {type: string, pii: [sensitive]}}\n",
        "team": (
            "entity: team\ntitle: key\nattributes: {key: {type: string, compute: above.key}}\n"
            "relations: {above: {to: group}}\n"
        ),
        "person": (
            "entity: person\ntitle: key\nattributes: {key: {type: string, compute: above.key}}\n"
            "relations: {above: {to: team}}\n"
        ),
        "clerk": "role: clerk\nmay: {group: {do: [read]}, team: {do: [read]}, person: {do: [read]}}\n",
    }
    loaded = load_files(tmp_path, {f"baseline/{name}.yaml": text for name, text in files.items()})
    assert loaded.model is not None
    share = RoleAccess(loaded.model, loaded.model.roles["clerk"]).share(loaded.model.entity("person"))
    assert share is not None
    assert share.columns["key"] == "mask"


def test_what_follows_from_a_masked_value_and_shows_a_part_of_it_or_is_found_whole_is_told(gained: Gained) -> None:
    copy = "x: {type: string, compute: {by: \"concat(name, '')\", stored: true}%s}"
    told = {', mask: "{first:4}"': ("mask", "", "customer", "x"), ", search: exact": ("matched", "", "customer", "x")}
    for words, found in told.items():
        assert gained(customer=(COPY, f"{COPY}{copy % words}\n          ")) == {found}
    assert gained(customer=(COPY, f"{COPY}{copy % ', mask: ••'}\n          ")) == set()


def test_looking_up_what_a_role_sees_masked_is_told(gained: Gained) -> None:
    assert gained(customer=("name: {type: string}", "name: {type: string, search: exact}")) == {
        ("matched", "", "customer", "name")
    }
    assert gained(customer=("city: {type: string}", "city: {type: string, search: exact}")) == set()


def test_a_copy_in_the_clear_of_what_is_encrypted_is_told(gained: Gained) -> None:
    rule = 'rule: filled\nkind: default\non: customer\nat: grade\nvalue: "iban == null ? 1 : 2"\n'
    copies = {
        "default: {compute: iban}": {"iban"},
        "default: {compute: iban}, encrypt: true": set(),
        "compute: iban": set(),
    }
    for how, told in copies.items():
        found = gained(customer=(COPY, f"{COPY}x: {{type: string, {how}}}\n          "))
        assert {subject for what, *_, subject in found if what == "encrypt"} == told
    assert ("encrypt", "", "customer", "iban") in gained(rule=rule)


def test_what_is_counted_of_records_that_a_role_may_not_read_is_told(gained: Gained, tmp_path: Path) -> None:
    number = (COPY, f"{COPY}x: {{type: integer, compute: orders.size()}}\n          ")
    assert gained(customer=number) == set()
    none = {"agent": ("order: {do: [read, update], columns: {code: read}}", "order: {do: [create]}")}
    before, after = (made(tmp_path / name, each) for name, each in (("b", none), ("a", {**none, "customer": number})))
    assert set(map(short, widenings(before, after))) == {("column", "agent", "customer", "x")}


def test_what_is_added_up_of_the_parts_of_a_record_is_not(tmp_path: Path) -> None:
    parts: dict[str, Change | str] = {
        "agent": ("order: {do: [read, update], columns: {code: read}}", ""),
        "clerk": "role: clerk\n",
    }
    owned = FILES["customer"].replace("many: true, inverse", "many: true, owned: true, inverse")
    number = owned.replace(COPY, f"{COPY}x: {{type: integer, compute: orders.size()}}\n          ")
    before, after = (made(tmp_path / name, {**parts, "customer": text}) for name, text in (("b", owned), ("a", number)))
    assert widenings(before, after) == ()


def test_a_new_kind_of_something_is_held_against_what_held_for_that(gained: Gained) -> None:
    kind = "entity: vip\nis_a: customer\n"
    assert gained(vip=kind) == set()
    grant = ("order: {do", "vip: {do: [read, create, delete]%s}\n          order: {do")
    lines = ", columns: {city: read, note: read, name: mask, salary: mask, grade: none, start: read}"
    found = gained(vip=kind, agent=(grant[0], grant[1] % lines))
    assert found == {("action", "agent", "agent", "delete")}
    assert ("column", "agent", "vip", "name") in gained(vip=kind, agent=(grant[0], grant[1] % ""))


def test_what_is_counted_of_anything_is_told(tmp_path: Path) -> None:
    linked = FILES["customer"].replace("relations: {", "relations: {links: {to: any, many: true}, ")
    number = linked.replace(COPY, f"{COPY}x: {{type: integer, compute: links.size()}}\n          ")
    roles = "role: clerk\nmay: {customer: {do: [read]}}\n"
    texts = {"b": linked, "a": number}
    before, after = (made(tmp_path / name, {"customer": text, "clerk": roles}) for name, text in texts.items())
    assert ("column", "clerk", "customer", "x") in set(map(short, widenings(before, after)))
