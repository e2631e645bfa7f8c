"""Settings and bindings of APIs."""

import pytest
from tests.metamodel.configurations import Found, expected


def entity(nest: str) -> dict[str, str]:
    attributes = "attributes:\n  x: {type: string}\n"
    return {"baseline/a.yaml": f"entity: a\napi:\n  path: a/v1\n  nest:\n    x: {nest}\n{attributes}"}


def interface(settings: str) -> dict[str, str]:
    return {"baseline/b.yaml": f"interface: b\nkind: api\npath: a/v1\n{settings}\n"}


def test_a_nested_name_that_cannot_be_read(found: Found) -> None:
    assert found(entity("channel")) == expected("""
        error[E423]: `channel` does not say where the API shows `x`
         --> baseline/a.yaml:5:8   (layer group)
        5 |     x: channel
          |        ^^^^^^^
          = help: write `object.name`, `list[].name`, or several of one object with commas
    """)


@pytest.mark.parametrize("nest", ["a.b", "a.b.c", "'a[].b'", "'a[].b, a[].c'"])
def test_nested_names_that_can_be_read(found: Found, nest: str) -> None:
    assert found(entity(nest)) == ""


@pytest.mark.parametrize("nest", ["a..b", ".a", "'a[]'", "'a.b[]'", "'a[].b, c.d'", "'a.b,'", "'a.b, a[].c'"])
def test_nested_names_of_no_one_object(found: Found, nest: str) -> None:
    assert found(entity(nest)).startswith("error[E423]")


def test_a_page_larger_than_the_largest(found: Found) -> None:
    assert found(interface("page_size: 50\nmax_page_size: 20")) == expected("""
        error[E414]: no page of 50 records is at most 20 long
         --> baseline/b.yaml:4:12   (layer group)
        4 | page_size: 50
          |            ^^
          = `max_page_size` is set here: baseline/b.yaml:5  (layer group)  max_page_size: 20
          = help: make `page_size` less than `max_page_size`
    """)


@pytest.mark.parametrize("setting", ["page_size: 0", "max_page_size: 1001", "page_size: -5"])
def test_a_page_of_no_possible_size(found: Found, setting: str) -> None:
    assert found(interface(setting)).startswith("error[E414]: a page has from 1 to 1000 records")


def test_sizes_that_fit(found: Found) -> None:
    assert found(interface("page_size: 1\nmax_page_size: 1000")) == ""
