"""The empty questionnaire: what would hold stands there, everything else is offered in comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sidra.onboarding.answers import HEADER
from sidra.onboarding.questions import Question, Topic
from sidra.onboarding.writing import yaml_of

WIDTH: Final = 110
INTRODUCTION: Final = """\
# The questionnaire of `{name}`. Lines that begin with `# ` hold what the group says: take the `# ` away and change it
# where the country differs; what stays a comment stays as the group has it. Lines that begin with `#:` explain.
# Whatever draws a limit closer, adds or replaces something wants its reason, `why`, beside it or at the very top.
"""


def blank(name: str, topic: Topic) -> str:
    """Return the questionnaire as a file of answers that answers nothing but what CLDR knows."""
    return "\n".join([INTRODUCTION.format(name=name), f"{HEADER}: {name}", *_lines(topic, "")]) + "\n"


def offered(topic: Topic) -> Iterator[str]:
    """Yield the lines of a questionnaire with all its offers taken: what the group says, said again."""
    for line in _lines(topic, ""):
        stripped = line.lstrip()
        if not stripped.startswith("#:"):
            yield line.removeprefix("# ")


def _lines(topic: Topic, indent: str) -> Iterator[str]:
    for name, one in topic.about.items():
        if isinstance(one, Topic):
            inner = list(_inside(one, f"{indent}  "))
            if inner or one.other:
                yield from _explained(one.text if one.text != name else "", indent)
                yield f"# {indent}{name}:" if inner else f"#: {indent}{name}: {{…}}"
                yield from inner
        elif one.default is not None:
            yield from _explained(_with_choices(one), indent)
            yield f"{indent}{name}: {yaml_of(one.default)}"
        elif one.asks:
            yield from _explained(_with_choices(one), indent)
            yield _offer(name, one, indent)


def _inside(topic: Topic, indent: str) -> Iterator[str]:
    """Yield the lines of a topic; elements whose questions are all about single words stand on one line each."""
    for name, one in topic.about.items():
        words = _words(one)
        if words is None:
            yield from _lines(Topic("", {name: one}), indent)
        elif words:
            text = f"  #: {one.text}" if one.text and one.text != name else ""
            line = f"# {indent}{name}: {yaml_of(words)}"
            yield line + text if len(line + text) <= WIDTH else line


def _words(one: Question | Topic) -> Mapping[str, object] | None:
    """Return what the group says about an element of plain words; None for what has topics or sets inside."""
    if isinstance(one, Question) or one.noun != "word":
        return None
    known = {name: word.known for name, word in one.about.items() if isinstance(word, Question)}
    return {name: value for name, value in known.items() if value is not None}


def _offer(name: str, one: Question, indent: str) -> str:
    if one.known is None:
        return f"#: {indent}{name}:"
    return f"# {indent}{name}: {yaml_of(one.known)}"


def _explained(text: str, indent: str) -> Iterator[str]:
    if text:
        yield f"#: {indent}{text}"


def _with_choices(one: Question) -> str:
    return f"{one.text.rstrip('.')}. Among: {', '.join(one.choices)}." if one.choices else one.text
