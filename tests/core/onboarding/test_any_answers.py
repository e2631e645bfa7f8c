"""Whatever is answered, there is an overlay that checks, or findings at the places of the answers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidra.configuration import Configuration
from sidra.onboarding.answers import HEADER, no_answers, read_answers
from sidra.onboarding.phrases import PHRASES
from sidra.onboarding.proposing import Onboarding
from sidra.onboarding.writing import files, yaml_of
from sidra_metamodel.diagnostics import Diagnostics

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 500),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["", "jo", "customer", "2y", "[0-9]{3}", "(", "x_jo_a", "status != null", "legal", "08:00-17:00"]),
    st.text(max_size=6),
)
NAMES = st.sampled_from(
    ["why", "ticket", "label", "type", "used", "a", "father_name", "x_jo_b", "en", "mon", "without"]
)
ANSWERS = st.recursive(
    VALUES,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def paths(onboarding: Onboarding) -> list[tuple[str, ...]]:
    nothing = no_answers("jo")
    topic = onboarding.topic(nothing, onboarding.group(nothing))
    found = [path for path, _ in topic.questions()]
    above = {path[:length] for path in found for length in range(1, len(path))}
    return sorted({*found, *above, *((*path, "new_one") for path in above if path[0] != "data")})


def nested(path: tuple[str, ...], answer: object) -> object:
    return {path[0]: nested(path[1:], answer)} if path else answer


def merged(one: object, other: object) -> object:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return other
    return {**one, **{name: merged(one.get(name, {}), inner) for name, inner in other.items()}}


@pytest.fixture(scope="module")
def onboarding(configuration: Configuration) -> Onboarding:
    return Onboarding(configuration, "jo")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_answers_make_an_overlay_or_findings_where_they_stand(
    onboarding: Onboarding, paths: list[tuple[str, ...]], data: st.DataObject
) -> None:
    answers: object = {"data": [], "why": "A test"}
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths))
        answers = merged(answers, nested(path, data.draw(ANSWERS)))
    assert isinstance(answers, dict)
    text = "\n".join([f"{HEADER}: jo", *(f"{name}: {yaml_of(answer)}" for name, answer in answers.items())])
    found = Diagnostics()
    read = read_answers(text, "answers.yaml", "jo", found)
    if read is not None:
        proposal = onboarding.propose(read)
        found.extend(proposal.diagnostics)
        if not proposal.diagnostics.has_errors:
            assert proposal.loaded is not None
            assert list(files(proposal.documents, onboarding.configuration.language.registry))
    assert {one.at.path for one in found} <= {"answers.yaml"}


def test_workbooks_speak_all_languages_of_the_screens() -> None:
    assert set(PHRASES) == {"en", "fr", "ar", "pl"}
    assert {frozenset(words) for words in PHRASES.values()} == {frozenset(PHRASES["en"])}
