"""Every keyword of every kind says whether it can widen, and what it says is about a keyword that there is."""

from collections.abc import Iterator

from sidra_metamodel.granting.answers import DOCUMENTS, WORDS, Answer
from sidra_metamodel.granting.looser import element_in
from sidra_metamodel.kinds import BUILT_IN_KINDS
from sidra_metamodel.language import Element, keywords_of

ASKED = {Answer.INSIDE, Answer.LESS, Answer.MORE}


def asked() -> Iterator[type[Element]]:
    """The elements whose words must answer."""
    waiting: list[type[Element]] = [kind for kind in BUILT_IN_KINDS if DOCUMENTS[kind][0] in ASKED]
    for element in waiting:
        yield element
        answers = WORDS[element].by_name if element in WORDS else {}
        for word in keywords_of(element).values():
            inner, _ = element_in(word.shape)
            if inner is not None and inner not in waiting and answers.get(word.name) in ASKED:
                waiting.append(inner)


def test_every_kind_answers() -> None:
    assert set(DOCUMENTS) == set(BUILT_IN_KINDS)


def test_every_keyword_answers_and_no_answer_is_of_nothing() -> None:
    found = list(asked())
    assert set(found) == set(WORDS)
    for element in found:
        assert keywords_of(element).keys() == WORDS[element].by_name.keys(), element.__name__
