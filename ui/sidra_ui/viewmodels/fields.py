"""One attribute of a record, shown or asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sidra_ui.viewmodels.common import Badge

Widget: TypeAlias = Literal[
    "text",
    "number",
    "decimal",
    "money",
    "percent",
    "date",
    "datetime",
    "time",
    "phone",
    "email",
    "url",
    "select",
    "radio",
    "checkbox",
    "textarea",
    "lookup",
    "multiselect",
    "file",
    "pairs",
    "duration",
    "rating",
    "readonly",
]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, radio or multiselect. `value` is what the form posts."""

    value: str
    text: str
    is_selected: bool = False
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class LookupView:
    """How a lookup finds records. The form posts the chosen id under the field's name."""

    suggest_href: str
    """Receives GET `q` and answers the fragment `lookup_options.html`."""
    text: str = ""
    """The name of the chosen record."""
    href: str = ""
    """Leads to the chosen record."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A value that this reader sees only in part; revealing it is a logged action."""

    text: str
    """What may be seen, for example "••••• 0318"."""
    reveal_href: str = ""
    """Answers the fragment `reveal_form.html`, which asks why; empty when revealing is not granted."""
    why_href: str = ""
    """Leads to the page that says why it is masked."""


@dataclass(frozen=True, slots=True)
class FileView:
    """A file: empty where there is none."""

    name: str = ""
    size: str = ""
    href: str = ""
    """Opens it."""
    save_href: str = ""
    """Saves it."""
    picture_href: str = ""
    """A picture to show beside it."""
    upload_href: str = ""
    """Editing: receives POST `file` and answers `{id}`, which the form posts, or `{error}`."""
    accept: str = ""
    """Endings of names, as the browser's dialog takes them."""
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field that a registered widget draws with its own template, with what the YAML tells it."""

    widget: str
    given: Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class FieldView:
    """An attribute: its label, its value as text, and — in a form — how it is edited.

    `id` is unique on the page; `name` is what the form posts. `value` is the raw form value (ISO dates, plain
    decimals with a point); `text` is the formatted value for reading. A hidden attribute has no FieldView at all.

    What the form posts under `name`: the raw value. A checkbox posts "" and, when ticked, "true" after it: the last
    one counts. A multiselect posts "" and then each chosen value. Money posts the amount, and the currency as
    NAME_currency.
    A span of time posts NAME.duration.amount and NAME.duration.unit. A lookup posts the chosen id.
    Readonly and masked fields post nothing.
    """

    name: str
    label: str
    widget: Widget = "text"
    value: str = ""
    text: str = ""
    id: str = ""
    """Empty takes "f-" and the name."""
    help: str = ""
    placeholder: str = ""
    error: str = ""
    """A sentence; the field is marked invalid and tied to it."""
    is_required: bool = False
    is_readonly: bool = False
    is_wide: bool = False
    """Takes the form's whole width."""
    is_code: bool = False
    """An identifier: monospaced and left to right."""
    options: tuple[Option, ...] = ()
    lookup: LookupView | None = None
    why_href: str = ""
    """For configurators: leads to the page that says why the field is here."""
    file: FileView | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    """Names and values to enter, with an empty place at the end; posted as NAME.pair.N.name and NAME.pair.N.value."""
    drawn: Drawn | None = None
    masked: Masked | None = None
    href: str = ""
    """Reading: the text leads there."""
    badges: tuple[Badge, ...] = ()
    """Reading: shown instead of the text."""
    currency: str = ""
    """Money: the ISO code of the amount. With several `options` the currency is chosen, posted as NAME_currency."""
    currency_text: str = ""
    """Money: how the currency is called beside the amount; empty takes the code."""
    pattern: str = ""
    min: str = ""
    max: str = ""
    step: str = ""
    max_length: int | None = None
    autocomplete: str = "off"
    default: str = ""
    """A new record: what it gets by itself, posted as NAME.default, so that it follows what it depends on."""

    @property
    def element_id(self) -> str:
        """The id of the control, which labels and error links point to."""
        return self.id or f"f-{self.name}"

    @property
    def described_by(self) -> str:
        """The ids of help and error, for `aria-describedby`."""
        parts = [(self.help, f"{self.element_id}-help"), (self.error, f"{self.element_id}-error")]
        return " ".join(identity for present, identity in parts if present)
