from pathlib import Path

import pytest
from tests.metamodel.layering.layered import customer, expected, governed

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.governing.naming import prefix_of, way_to_local
from sidra_metamodel.layering.layers import AFFILIATE, LayerFolder


def layer(prefix: str | None) -> LayerFolder:
    none: frozenset[str] = frozenset()
    return LayerFolder(Path(), "affiliate:sn", "affiliate", AFFILIATE, prefix, none, none, (), Diagnostics())


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("ninea", "x_sn_ninea"),
        ("NINEA", "x_sn_ninea"),
        ("x_eg_ninea", "x_sn_ninea"),
        ("x_snn_ninea", "x_sn_ninea"),
        ("x-sn-ninea", "x_sn_ninea"),
        ("x_sn_ninea", "x_sn_ninea"),
        ("sn_ninea", "x_sn_ninea"),
        ("Numéro client", "x_sn_numero_client"),
    ],
)
def test_a_local_name_has_the_layers_prefix_and_no_other(name: str, local: str) -> None:
    assert way_to_local(layer("sn"), name, "field") == f"A local field would be named `{local}`."


def test_a_layer_without_a_prefix_has_no_names_of_its_own() -> None:
    assert prefix_of(layer(None)) == "x__"
    assert way_to_local(layer(None), "ninea", "field").endswith("`x_<prefix>_…`, with `prefix` in `layer.yaml`.")


def test_a_name_with_another_affiliates_prefix_is_shown_with_ones_own() -> None:
    assert customer("attributes:\n  x_eg_wallet: {type: string}") == expected("""
        error[E101]: no `x_eg_wallet` in `attributes`
         --> affiliates/sn/0.yaml:3:3   (layer affiliate:sn)
        3 |   x_eg_wallet: {type: string}
          |   ^^^^^^^^^^^
          = help: A local field would be named `x_sn_wallet`.
    """)


RETIRED = "{since: 1.3.0, use: phone_number, why: Nobody sends faxes}"
GONE = "Retired in 1.3.0: Nobody sends faxes. Use `phone_number`."


def test_who_uses_what_is_gone_is_told_what_the_group_says_of_it() -> None:
    low = f"entity: customer\nretired: {{fax: {RETIRED}}}\nattributes: {{far: {{type: string}}}}"
    high = "entity: customer\nattributes: {fax: {hidden: true}}"
    assert governed({"group": low, "affiliate:sn": high}) == expected(f"""
        error[E101]: no `fax` in `attributes`
         --> affiliates/sn/0.yaml:2:14   (layer affiliate:sn)
        2 | attributes: {{fax: {{hidden: true}}}}
          |              ^^^
          = help: {GONE}  A local field would be named `x_sn_fax`.
    """)


def test_who_uses_a_document_that_is_gone_is_told_what_the_group_says_of_it() -> None:
    low = f"layer: meridian\nlevel: group\nretired: {{fax: {RETIRED}}}"
    other = "entity: fax\nlabel: {fr: Télécopie}"
    assert f"= help: {GONE}  A local entity would be named `x_sn_fax`." in governed(
        {"group": low, "affiliate:sn": other}
    )
    assert GONE not in governed({"group": low.replace("{since", "{of: enum, since"), "affiliate:sn": other})
