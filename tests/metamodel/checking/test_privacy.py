"""Encrypted attributes are looked up whole or not at all; retention counts from a date."""

import pytest
from tests.metamodel.configurations import Found, expected

BODY = "title: name\nattributes:\n  name: {type: string}\n"


def entity(lines: str, rest: str = "") -> dict[str, str]:
    return {"baseline/p.yaml": f"entity: p\n{BODY}  {lines}\n{rest}"}


@pytest.mark.parametrize("type_", ["string", "text", "email", "phone", "url"])
def test_texts_may_be_encrypted_and_found_whole(found: Found, type_: str) -> None:
    assert found(entity(f"x: {{type: {type_}, encrypt: true, search: exact, unique: true, required: true}}")) == ""


def test_what_is_no_text_is_not_encrypted(found: Found) -> None:
    assert found(entity("x: {type: boolean, encrypt: true}")) == expected("""
        error[E428]: `x` is of type `boolean`, which is not kept encrypted
         --> baseline/p.yaml:5:22   (layer group)
        5 |   x: {type: boolean, encrypt: true}
          |                      ^^^^^^^
          = help: take it away; it is for `string`, `text`, `email`, `phone`, `url`
    """)


@pytest.mark.parametrize("keyword", ["sort", "filter", "search", "localised"])
def test_an_encrypted_value_is_not_used_in_the_clear(found: Found, keyword: str) -> None:
    told = found(entity(f"x: {{type: string, encrypt: true, {keyword}: true}}"))
    assert f"error[E428]: `x` is kept encrypted, and `{keyword}: true` needs its value in the clear" in told


def test_an_encrypted_value_is_in_no_index(found: Found) -> None:
    told = found(entity("x: {type: string, encrypt: true}", "indexes: {by: [x]}\n"))
    assert "error[E428]: `x` is kept encrypted, and an index needs its value in the clear" in told


def test_what_follows_from_it_is_not_kept_in_the_clear(found: Found) -> None:
    computed = "y: {type: string, compute: {by: z, stored: true}}\n  z: {type: string, compute: x}"
    told = found(entity(f"x: {{type: string, encrypt: true}}\n  {computed}"))
    assert "error[E428]: `p.y` would keep what follows from `z`, which is encrypted" in told
    assert told.count("error[") == 1


def test_what_is_computed_at_reading_or_encrypted_too_may_follow_from_it(found: Found) -> None:
    computed = "y: {type: string, encrypt: true, compute: {by: x, stored: true}}\n  z: {type: string, compute: x}"
    assert found(entity(f"x: {{type: string, encrypt: true}}\n  {computed}")) == ""


def test_the_tree_shares_the_column(found: Found) -> None:
    files = {
        **entity("x: {type: string}"),
        "baseline/q.yaml": "entity: q\nis_a: p\nattributes: {x: {encrypt: true}}\n",
    }
    assert "error[E428]: `x` is not kept encrypted everywhere in the tree of `p`" in found(files)


@pytest.mark.parametrize("member", ["x", "z"])
def test_the_database_selects_nothing_by_it(found: Found, member: str) -> None:
    retention = f"retention: {{when: \"{member} == 'a'\", after: 5y, do: delete}}\n"
    told = found(entity("x: {type: string, encrypt: true}\n  z: {type: string, compute: x}", retention))
    assert f"error[E502]: `retention.when` is evaluated by the database, and `{member}` is kept encrypted" in told


def test_no_row_of_a_role_rests_on_it(found: Found) -> None:
    files = {
        **entity("x: {type: string, encrypt: true}"),
        "baseline/r.yaml": "role: r\nmay: {p: {do: [read], rows: \"x == 'a'\"}}\n",
    }
    assert "is evaluated by the database, and `x` is kept encrypted" in found(files)


def test_retention_counts_from_a_date(found: Found) -> None:
    rest = "retention: {when: name == 'a', after: 5y, since: %s, do: delete}\n"
    assert found(entity("day: {type: date}", rest % "day")) == ""
    assert found(entity("day: {type: date}", rest % "updated_at")) == ""
    assert found(entity("day: {type: date}", rest % "name")) == expected("""
        error[E429]: time does not count from `name`, which is of type `string`
         --> baseline/p.yaml:6:50   (layer group)
        6 | retention: {when: name == 'a', after: 5y, since: name, do: delete}
          |                                                  ^^^^
          = help: name a date or a datetime
    """)
