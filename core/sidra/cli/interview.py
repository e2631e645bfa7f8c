"""The questionnaire at a terminal: one question after the other, each answer kept as soon as it is given."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from sidra.cli.colours import print_findings
from sidra.cli.exits import Exit
from sidra.onboarding.answers import HEADER, no_answers, read_answers
from sidra.onboarding.proposing import Onboarding
from sidra.onboarding.questions import Question, Topic
from sidra.onboarding.writing import document_text, yaml_of
from sidra.onboarding.writing_answers import node_of
from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.forms import fits, refuse_form
from sidra_metamodel.language import ListShape, NamedShape, RecordShape, ScalarShape
from sidra_metamodel.layering.normalise import long_form
from sidra_metamodel.nodes import Node
from sidra_metamodel.render import render
from sidra_metamodel.suggest import did_you_mean, listed

Answers = MutableMapping[str, object]
FIRST: Final = ("country", "tiers")
"""What all other questions follow from."""
NOTHING: Final = ""
NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Kept:
    """Answers in a file, which is written anew with each of them."""

    name: str
    path: Path
    answers: Answers

    def get(self, path: tuple[str, ...]) -> object:
        """Return the answer at a path; None where there is none."""
        found: object = self.answers
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def is_answered(self, path: tuple[str, ...]) -> bool:
        """Tell whether a question was answered, if only by nothing."""
        above = self.get(path[:-1])
        return isinstance(above, Mapping) and path[-1] in above

    def keep(self, path: tuple[str, ...], answer: object) -> None:
        """Keep an answer; None keeps that there is none."""
        inner = self.answers
        for name in path[:-1]:
            below = inner.get(name)
            if not isinstance(below, MutableMapping):
                below = inner[name] = {}
            inner = below
        inner[path[-1]] = answer
        self.save(self.answers)

    def save(self, answers: Answers) -> None:
        """Write answers to the file, whole or not at all."""
        aside = self.path.with_name(f".{self.path.name}.new")
        aside.write_text(document_text(HEADER, self.name, node_of(answers, no_answers(self.name))), encoding="utf-8")
        aside.replace(self.path)


def interview(onboarding: Onboarding, path: Path) -> Node:
    """Ask all questions that were not answered in a file yet, and return the answers."""
    kept = _begun(onboarding.name, path)
    for name in FIRST:
        _ask(kept, _topic(onboarding, kept), (name,))
    topic = _topic(onboarding, kept)
    for name in topic.about:
        _ask(kept, topic, (name,))
    kept.save(_said(kept.answers))
    return _read(path.read_bytes(), path, onboarding.name)


def _begun(name: str, path: Path) -> Kept:
    if not path.exists():
        return Kept(name, path, {})
    plain = _read(path.read_bytes(), path, name).plain()
    click.echo(f"Going on behind the last answer in {path}; delete the file to begin anew.")
    return Kept(name, path, plain if isinstance(plain, dict) else {})


def _read(text: bytes, path: Path, name: str) -> Node:
    found = Diagnostics()
    node = read_answers(text, path.as_posix(), name, found)
    if node is None:
        print_findings(render(found), errors=True)
        sys.exit(Exit.REFUSED)
    return node


def _topic(onboarding: Onboarding, kept: Kept) -> Topic:
    said = node_of(kept.answers, no_answers(onboarding.name))
    return onboarding.topic(said, onboarding.group(said))


def _ask(kept: Kept, topic: Topic, path: tuple[str, ...]) -> None:
    one = topic.find(*path)
    if isinstance(one, Topic):
        _ask_which(kept, topic, one, path)
    elif one is not None and one.asks and not kept.is_answered(path):
        kept.keep(path, _asked(one, path))


def _ask_which(kept: Kept, topic: Topic, one: Topic, path: tuple[str, ...]) -> None:
    """Ask which of the things of a topic differ, and about those alone; a topic of words is asked word by word."""
    if not one.about:
        if one.other is not None:
            _ask_new(kept, one, one.other, path)
        return
    if len(path) != 1 and not _is_of_names(one):
        for name in one.about:
            _ask(kept, topic, (*path, name))
        return
    if not kept.is_answered(path):
        chosen = _chosen(one, path)
        kept.keep(path, {name: {} for name in chosen})
    named = kept.get(path)
    for name in list(named) if isinstance(named, Mapping) else ():
        _ask(kept, topic, (*path, name))


def _ask_new(kept: Kept, one: Topic, other: Callable[[str], Question], path: tuple[str, ...]) -> None:
    """Ask which things of its own the country brings, and what each of them cannot do without."""
    if not kept.is_answered(path):
        click.echo(f"\n{one.text}")
        kept.keep(path, {name: {} for name in _new_names(path)})
    named = kept.get(path)
    for name in list(named) if isinstance(named, Mapping) else ():
        shape = other(name).shape
        keywords = shape.keywords if isinstance(shape, RecordShape) else {}
        for word, keyword in keywords.items():
            if (keyword.required or word == "label") and not kept.is_answered((*path, name, word)):
                choices = keyword.shape.values if isinstance(keyword.shape, ScalarShape) else ()
                kept.keep(
                    (*path, name, word),
                    _asked(Question(keyword.doc, keyword.shape, choices=choices), (*path, name, word)),
                )


def _new_names(path: tuple[str, ...]) -> list[str]:
    while True:
        text = str(click.prompt(f"{'.'.join(path)}: new names, with commas", default=NOTHING, show_default=False))
        names = [name.strip() for name in text.split(",") if name.strip()]
        wrong = [name for name in names if not NAME.fullmatch(name)]
        if not wrong:
            return names
        click.echo(f"`{wrong[0]}` is no name; names have small letters, digits and `_`, and begin with a letter")


def _is_of_names(one: Topic) -> bool:
    """Tell whether a topic is about things, rather than about one thing."""
    return all(isinstance(inner, Topic) for inner in one.about.values())


def _chosen(one: Topic, path: tuple[str, ...]) -> list[str]:
    """Return the names that are typed, all of them known."""
    click.echo(f"\n{one.text}\n  {', '.join(one.about)}")
    while True:
        text = str(click.prompt(f"{'.'.join(path)}: which differ, with commas", default=NOTHING, show_default=False))
        names = [name.strip() for name in text.split(",") if name.strip()]
        wrong = [name for name in names if name not in one.about]
        if not wrong:
            return names
        help = did_you_mean(wrong[0], one.about) or f"there are {listed(one.about)}"
        click.echo(f"no {one.noun} `{wrong[0]}`; {help}")


def _asked(question: Question, path: tuple[str, ...]) -> object:
    """Return the answer that is typed as plain data; None for nothing."""
    if question.choices:
        click.echo(f"  among: {', '.join(question.choices)}")
    default = question.default if question.default is not None else question.known
    shown = yaml_of(default) if default is not None else NOTHING
    while True:
        prompt = f"{'.'.join(path)}: {question.text.rstrip('.')}"
        text = str(click.prompt(prompt, default=shown, show_default=bool(shown))).strip()
        if text == shown:
            return question.default
        found = Diagnostics()
        said = _understood(text, question, path, found)
        if said is not None:
            return said.plain()
        click.echo(render(found).rstrip())


def _understood(text: str, question: Question, path: tuple[str, ...], found: Diagnostics) -> Node | None:
    """Return a typed text as an answer of the form that a question wants, or None after recording what is wrong."""
    shape = question.shape
    if isinstance(shape, ListShape) and not text.startswith("["):
        text = f"[{text}]"
    if isinstance(shape, ScalarShape) and shape.type in {"string", "name"}:
        text = yaml_of(text)
    if isinstance(shape, NamedShape) and shape.is_label and not text.startswith("{"):
        text = yaml_of(text)
    read = read_answers(f"{HEADER}: it\nanswer: {text}\n", "your answer", "it", found)
    answer = read.get("answer") if read is not None else None
    if answer is None:
        return None
    said = long_form(answer, shape, found)
    if not fits(said, shape):
        refuse_form(said, shape, path, found)
    known = question.among or frozenset(question.choices)
    for one in said.entries or (said,):
        if known and isinstance(one.value, str) and one.value not in known:
            found.error("E421", f"no {path[-1]} `{one.value}`", one, help=did_you_mean(one.value, known))
    return said if not len(found) else None


def _said(answers: Mapping[str, object]) -> dict[str, object]:
    """Return the answers without the questions that nothing was said about."""
    found: dict[str, object] = {}
    for name, one in answers.items():
        inner = _said(one) if isinstance(one, Mapping) else one
        if inner is not None and inner != {}:
            found[name] = inner
    return found
