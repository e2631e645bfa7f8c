"""Texts in languages that an affiliate does not have."""

import pytest
from tests.metamodel.configurations import Found, expected

LAYER = {"affiliates/sn/layer.yaml": "layer: sn\nlevel: affiliate\nprefix: sn\ntiers: [core]\nlocales: [fr, en]\n"}


def test_a_language_that_the_affiliate_does_not_have_is_a_warning_once(found: Found) -> None:
    files = {
        **LAYER,
        "affiliates/sn/a.yaml": """
            entity: x_sn_a
            label: {fr: Chose, wo: Mbir}
            plural: {fr: Choses, wo: Yef}
        """,
        "affiliates/sn/b.yaml": "entity: x_sn_b\nlabel: {wo: Keneen}\n",
    }
    assert found(files) == expected("""
        warning[E427]: `sn` does not have the language `wo`, so that nobody reads this
         --> affiliates/sn/a.yaml:2:20   (layer affiliate:sn)
        2 | label: {fr: Chose, wo: Mbir}
          |                    ^^
          = help: it has `fr`, `en`; add it to `locales`
    """)


def test_a_translation_into_such_a_language_is_told_too(found: Found) -> None:
    files = {
        **LAYER,
        "baseline/a.yaml": "entity: a\nlabel: A\n",
        "affiliates/sn/wo.yaml": "translation: wo\nentity.a.label: Mbir\n",
    }
    assert "warning[E427]: `sn` does not have the language `wo`" in found(files)


@pytest.mark.parametrize(
    "files",
    [
        {"baseline/a.yaml": "entity: a\nlabel: {pl: Rzecz}\n"},
        {"affiliates/sn/a.yaml": "entity: x_sn_a\nlabel: Thing\n"},
        {
            "baseline/a.yaml": "entity: a\nlabel: {pl: Rzecz}\n",
            "affiliates/sn/a.yaml": "entity: a\nlabel: {fr: Chose}\n",
        },
    ],
    ids=["of the group", "bare", "over one of the group"],
)
def test_no_warning_is_needed(found: Found, files: dict[str, str]) -> None:
    assert found({**LAYER, **files}) == ""
