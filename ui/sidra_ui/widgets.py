"""The widgets of the screens, registered as those of plugins are."""

from __future__ import annotations

from importlib import resources

from sidra_metamodel.widgets import Parameter, Sample, Widget

CHOICES = frozenset({"enum", "queue", "user"})
NUMBERS = frozenset({"integer", "decimal", "percent"})


def template_of(name: str) -> str:
    """The template of a widget that draws itself."""
    return (resources.files("sidra_ui") / "templates" / "widgets" / f"{name}.html").read_text(encoding="utf-8")


BUILT_IN: tuple[Widget, ...] = (
    Widget(
        name="meter",
        doc="A bar between 0 and 100 with the figure beside it, in lists, panels and records.",
        types=NUMBERS,
        template=template_of("meter"),
        parameters=(Parameter(name="max", doc="The figure at which the bar is full.", type="number", default=100),),
        samples=(Sample(value="46", text="46"), Sample(value="100", text="100"), Sample(value="0", text="0")),
    ),
    Widget(
        name="stars",
        doc="Stars to read, and to choose with the pointer or the arrow keys.",
        types=frozenset({"rating", "integer"}),
        template=template_of("stars"),
        parameters=(Parameter(name="max", doc="How many there are.", type="number", default=5),),
        samples=(Sample(value="3", text="3"), Sample(value="5", text="5"), Sample(value="", text="")),
    ),
    Widget(
        name="radio",
        doc="All choices side by side, for few of them.",
        types=CHOICES,
        samples=(Sample(value="gold", text="Gold"),),
    ),
    Widget(name="select", doc="One choice of a list that unfolds.", samples=(Sample(value="gold", text="Gold"),)),
    Widget(
        name="textarea",
        doc="Several lines of text.",
        types=frozenset({"string", "text", "json", "characteristics", "address"}),
        samples=(Sample(value="First line\nSecond line", text="First line\nSecond line"),),
    ),
)
