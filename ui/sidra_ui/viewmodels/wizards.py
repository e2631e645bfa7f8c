"""Wizards: one step at a time, and everything at the end."""

from dataclasses import dataclass
from typing import Literal

from sidra_ui.viewmodels.fields import FieldView
from sidra_ui.viewmodels.likeness import Hint
from sidra_ui.viewmodels.records import DraftNote, Problem, RecordForm, SectionView
from sidra_ui.viewmodels.shell import Place, Shell


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step in the row of all; one that was reached is a button that posts `to` with its name."""

    name: str
    text: str
    number: str
    progress: Literal["done", "current", "ahead"]
    is_reached: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What was entered in one step, to read; its button leads back there."""

    name: str
    title: str
    sections: tuple[SectionView, ...]
    change_text: str


@dataclass(frozen=True, slots=True)
class WizardStep:
    """The form of one step; the last has `reviewed` instead of fields."""

    wizard: str
    """What the whole is called."""
    icon: str
    name: str
    title: str
    help: str
    count_text: str
    marks: tuple[StepMark, ...]
    form: RecordForm
    sections: tuple[SectionView, ...] = ()
    choice: FieldView | None = None
    reviewed: tuple[Reviewed, ...] = ()
    back: str = ""
    """The name of the step before; posted as `to`."""
    problems: tuple[Problem, ...] = ()
    hints: tuple[Hint, ...] = ()
    draft: DraftNote | None = None
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class WizardPage:
    """A wizard with the step it stands at."""

    shell: Shell
    place: Place
    step: WizardStep
