"""The answers of a country: read from a file, held against the questions, and put into an overlay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sidra.onboarding.overlay import LIFTED, Overlay
from sidra.onboarding.questions import Question, Topic
from sidra.onboarding.writing_answers import node_of
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.forms import fits, refuse_form
from sidra_metamodel.language import NamedShape, RecordShape, ScalarShape
from sidra_metamodel.layering.layers import AFFILIATE
from sidra_metamodel.layering.normalise import long_form
from sidra_metamodel.nodes import Node, Source, pack_position
from sidra_metamodel.reading.parsing import ReadDocument, read_text
from sidra_metamodel.suggest import did_you_mean, listed

HEADER: Final = "questionnaire"
FIRST_LINE: Final = pack_position(1, 1)
_MAP: Final = NamedShape(ScalarShape("any"))


def read_answers(text: str | bytes, shown_as: str, name: str, diagnostics: Diagnostics) -> Node | None:
    """Return the answers that a file gives for an affiliate, or None after recording why it gives none."""
    found = read_text(text, shown_as, f"affiliate:{name}", AFFILIATE, diagnostics)
    if found is None or not _is_for(found, name, diagnostics):
        return None
    return found.node


def no_answers(name: str) -> Node:
    """Return the answers of somebody who says nothing: the defaults hold."""
    return Node({}, Source("the defaults", f"affiliate:{name}", AFFILIATE, f"{HEADER}: {name}\n"), FIRST_LINE)


def _is_for(found: ReadDocument, name: str, diagnostics: Diagnostics) -> bool:
    if found.kind != HEADER:
        message, help = f"`{found.kind}` is no questionnaire", f"begin the file with `{HEADER}: {name}`"
        diagnostics.error("E113", message, found.node, help=help)
        return False
    if found.name != name:
        message, help = f"these are the answers of `{found.name}`, not of `{name}`", f"write `{HEADER}: {name}`"
        diagnostics.report("E114", message, found.node, key=True, length=len(found.name), help=help)
        return False
    return True


@dataclass(frozen=True, slots=True)
class Answering:
    """Holds answers against questions, and puts those that say something else than the group into an overlay."""

    overlay: Overlay
    diagnostics: Diagnostics

    def take(self, topic: Topic, answers: Node) -> None:
        """Take all answers; what is wrong with them is recorded."""
        self._topic(topic, answers, ())
        for path, question in topic.questions():
            if question.default is not None and _is_unsaid(answers.get(*path)):
                question.write(self.overlay, node_of(question.default, answers))

    def _topic(self, topic: Topic, answers: Node, path: tuple[str, ...]) -> None:
        if answers.directives:
            directive, node = next(iter(answers.directives.items()))
            message = f"`${directive}` is an instruction of overlays, no answer"
            self.diagnostics.report(
                "E104", message, node, key=True, help=f"write `{directive}` without the dollar sign"
            )
        if _is_unsaid(answers):
            return
        if not answers.is_map:
            refuse_form(answers, _MAP, path, self.diagnostics)
            return
        for name, answer in answers.items.items():
            question = topic.about.get(name) or (topic.other(name) if topic.other else None)
            if question is None:
                self._refuse_unknown(topic, name, answer, path)
            elif isinstance(question, Topic):
                self._topic(question, answer, (*path, name))
            else:
                self._question(question, answer, (*path, name))

    def _refuse_unknown(self, topic: Topic, name: str, answer: Node, path: tuple[str, ...]) -> None:
        code = "E121" if topic.noun in {"question", "word"} else "E101"
        where = f" in `{'.'.join(path)}`" if path else ""
        help = did_you_mean(name, topic.about) or f"there are {listed(topic.about)}"
        self.diagnostics.report(code, f"no {topic.noun} `{name}`{where}", answer, key=True, help=help)

    def _question(self, question: Question, answer: Node, path: tuple[str, ...]) -> None:
        if _is_unsaid(answer):
            return
        before = len(self.diagnostics)
        said = long_form(answer, question.shape, self.diagnostics)
        if isinstance(question.shape, RecordShape):
            self._record(question.shape, said, path)
        elif not fits(said, question.shape):
            refuse_form(said, question.shape, path, self.diagnostics)
        new = _new(said, question) if len(self.diagnostics) == before else None
        if new is not None:
            question.write(self.overlay, new)

    def _record(self, shape: RecordShape, said: Node, path: tuple[str, ...]) -> None:
        if not said.is_map:
            refuse_form(said, shape, path, self.diagnostics)
            return
        for name, child in said.items.items():
            keyword = shape.keywords.get(name)
            if keyword is None and name not in LIFTED:
                help = did_you_mean(name, shape.keywords) or f"there are {listed(shape.keywords)}"
                message = f"no keyword `{name}` in `{'.'.join(path)}`"
                self.diagnostics.report("E121", message, child, key=True, help=help)
            elif keyword is not None and child.value is not None and not fits(child, keyword.shape):
                refuse_form(child, keyword.shape, (*path, name), self.diagnostics)


def _is_unsaid(answer: Node | None) -> bool:
    return answer is None or answer.value is None


def _new(said: Node, question: Question) -> Node | None:
    """Return what of an answer the group does not say; None where that is nothing."""
    plain, known = said.plain(), question.known
    if plain == known or (isinstance(plain, list) and isinstance(known, list) and set(plain) == set(known)):
        return None
    is_label = isinstance(question.shape, NamedShape) and question.shape.is_label
    if is_label and isinstance(known, dict):
        kept = {name: child for name, child in said.items.items() if child.plain() != known.get(name)}
        return Node(kept, said.source, said.at, said.key_at, None, None, said.directives) if kept else None
    return said
