from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.metamodel.configurations import LANGUAGE, expected
from tests.metamodel.promoting.conftest import SHORTER, TODAY, layers_in

from sidra_metamodel.comparing.compare import compare
from sidra_metamodel.promoting.fixing import fix
from sidra_metamodel.promoting.proof import roots_of, unequal

DEAD = {
    "affiliates/sn/individual.yaml": """
        entity: individual
        attributes:
          # Why it is so.
          given_name: {max_length: 60, label: {fr: Nom, en: Given name}}   # both
          # This says nothing.
          family_name: {type: string}
    """,
    "affiliates/sn/sex.yaml": "enum: sex\nvalues: {male: {label: Male}}\n",
}


def test_what_changes_nothing_goes_and_all_else_stays_as_it_was_written(tmp_path: Path) -> None:
    layers = layers_in(tmp_path, DEAD)
    dead = compare(layers, LANGUAGE.registry, TODAY).dead
    assert [one.address for one in dead] == [
        "entity.individual.attributes.given_name.max_length",
        "entity.individual.attributes.given_name.label.en",
        "entity.individual.attributes.family_name.type",
        "enum.sex.values.male.label.en",
    ]
    after = {one.shown: one.after for one in fix(layers, LANGUAGE, TODAY, dead)}
    assert after["affiliates/sn/sex.yaml"] is None
    assert (
        after["affiliates/sn/individual.yaml"]
        == expected("""
        entity: individual
        attributes:
          # Why it is so.
          given_name: {label: {fr: Nom}}   # both
    """)
        + "\n"
    )


def test_nothing_is_found_where_each_override_says_something(tmp_path: Path) -> None:
    assert compare(layers_in(tmp_path, SHORTER), LANGUAGE.registry, TODAY).dead == ()


LENGTHS = st.one_of(st.none(), st.sampled_from([60, 50, 40]))
LABELS = st.one_of(st.none(), st.sampled_from(["Prénom", "Nom"]))
HIDDEN = st.one_of(st.none(), st.booleans())


@settings(max_examples=25, deadline=None)
@given(LENGTHS, LABELS, HIDDEN, st.booleans())
def test_every_affiliate_has_the_same_after_a_fix_and_nothing_more_is_found(
    tmp_path_factory: object, length: int | None, label: str | None, hidden: bool | None, is_moved: bool
) -> None:
    said = [
        *([f"max_length: {length}"] if length else []),
        *([f"label: {{fr: {label}}}"] if label else []),
        *([f"hidden: {str(hidden).lower()}"] if hidden is not None else []),
        *(["$before: family_name"] if is_moved else []),
    ]
    text = f"entity: individual\n$why: x\nattributes: {{given_name: {{{', '.join(said)}}}}}\n"
    folder = tmp_path_factory.mktemp("fix")  # type: ignore[attr-defined]  # pytest's
    layers = layers_in(folder, {"affiliates/sn/individual.yaml": text})
    registry = LANGUAGE.registry
    for change in fix(layers, LANGUAGE, TODAY, compare(layers, registry, TODAY).dead):
        change.path.write_text(change.after or "") if change.after is not None else change.path.unlink()
    now = layers_in(folder, {})
    for name in layers.affiliates:
        assert not unequal(name, roots_of(layers, name, registry), roots_of(now, name, registry), registry)
    assert compare(now, registry, TODAY).dead == ()
