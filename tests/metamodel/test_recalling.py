"""What rests on answers is taken over while they are the same, and made anew once one of them is another."""

import pytest

from sidra_metamodel.memory import Memory
from sidra_metamodel.recalling import Answers

Facts = dict[str, str]


class Reader:
    """Works things out from facts, and counts how often."""

    def __init__(self, memory: Memory, facts: Facts) -> None:
        self.made: list[str] = []
        self.answers = Answers(memory, lambda question: facts.get(str(question[1])))

    def word(self, name: str) -> str:
        return str(self.answers.ask("fact", name))

    def sentence(self, name: str, *names: str) -> str:
        def make() -> str:
            self.made.append(name)
            return " ".join(map(self.word, names))

        return self.answers.recalled((name,), make)

    def story(self) -> str:
        return self.answers.recalled(("story",), lambda: f"{self.word('who')}: {self.sentence('deed', 'what', 'how')}")


FIRST = {"who": "she", "what": "sold", "how": "well"}


def read(memory: Memory, facts: Facts, *names: str) -> tuple[str, list[str]]:
    reader = Reader(memory, facts)
    return reader.sentence("sentence", *names), reader.made


def test_what_was_asked_for_decides_whether_a_result_is_taken_over() -> None:
    memory = Memory()
    assert read(memory, FIRST, "who", "what") == ("she sold", ["sentence"])
    assert read(memory, {**FIRST, "how": "badly"}, "who", "what") == ("she sold", [])
    assert read(memory, {**FIRST, "what": "gave"}, "who", "what") == ("she gave", ["sentence"])
    assert read(memory, FIRST, "who", "what") == ("she sold", [])


def test_what_was_not_there_is_an_answer_too() -> None:
    memory = Memory()
    assert read(memory, {}, "who") == ("None", ["sentence"])
    assert read(memory, FIRST, "who") == ("she", ["sentence"])


def test_a_result_rests_on_all_that_a_result_in_it_rests_on_also_where_that_is_taken_over() -> None:
    memory = Memory()
    reader = Reader(memory, FIRST)
    assert reader.sentence("deed", "what", "how") == "sold well"
    assert reader.story() == "she: sold well"
    assert Reader(memory, {**FIRST, "how": "badly"}).story() == "she: sold badly"


def test_an_answer_that_was_known_before_counts_for_each_result() -> None:
    memory = Memory()
    reader = Reader(memory, FIRST)
    assert (reader.sentence("one", "who"), reader.sentence("two", "who")) == ("she", "she")
    other = Reader(memory, {**FIRST, "who": "he"})
    assert (other.sentence("one", "who"), other.sentence("two", "who")) == ("he", "he")


def test_what_fails_leaves_nothing_behind() -> None:
    answers = Answers(Memory(), lambda question: question[0])

    def fail() -> str:
        raise ValueError(answers.ask("why"))

    for _ in range(2):
        with pytest.raises(ValueError, match="why"):
            answers.recalled(("failing",), fail)
    assert answers.recalled(("failing",), lambda: "made") == "made"
