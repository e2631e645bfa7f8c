from __future__ import annotations

from sidra.runtime import Runtime


def test_statements_of_an_entity_are_compiled_once(runtime: Runtime) -> None:
    customer = runtime.entity("customer")
    assert customer.same("code") is customer.same("code")
    assert customer.change(frozenset({"note", "score"})) is customer.change(frozenset({"score", "note"}))
    assert customer.insertion is runtime.entity("customer").insertion
