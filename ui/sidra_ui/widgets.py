"""The widgets of the screens, registered as those of plugins are."""

from __future__ import annotations

from importlib import resources

from sidra_metamodel.widgets import Parameter, Sample, Widget

CHOICES = frozenset({"enum", "queue", "user"})
NUMBERS = frozenset({"integer", "decimal", "percent"})


def template_of(name: str) -> str:
    """The template of a widget that draws itself."""
    return (resources.files("sidra_ui") / "templates" / "widgets" / f"{name}.html").read_text(encoding="utf-8")


TONES = ("neutral", "green", "amber", "red", "blue", "violet", "teal", "pink", "accent")
TONE = Parameter(name="tone", doc="Its colour.", default="accent", among=TONES)

BUILT_IN: tuple[Widget, ...] = (
    Widget(
        name="avatar",
        doc="A name with its initials in front.",
        types=frozenset({"string", "user"}),
        template=template_of("avatar"),
        parameters=(TONE,),
        samples=(Sample(value="awa", text="Awa Ndiaye"), Sample(value="moussa", text="Moussa")),
    ),
    Widget(
        name="badge",
        doc="A short text on a colour.",
        types=frozenset({"string", "integer", "decimal", "percent", "date", "boolean"}),
        template=template_of("badge"),
        parameters=(Parameter(name="tone", doc="Its colour.", default="neutral", among=TONES),),
        samples=(Sample(value="5G", text="5G"), Sample(value="Fibre", text="Fibre")),
    ),
    Widget(
        name="progress",
        doc="How much of a whole is reached: a bar, the figure and the whole.",
        types=NUMBERS,
        template=template_of("progress"),
        parameters=(
            Parameter(name="max", doc="The whole.", type="number", default=100),
            Parameter(name="warn", doc="The hundredths from which it is amber; 0: never.", type="number", default=0),
        ),
        samples=(Sample(value="31", text="31"), Sample(value="100", text="100")),
    ),
    Widget(
        name="rating",
        doc="A mark as a figure with one star, where there is little room.",
        types=frozenset({"rating", "integer", "decimal"}),
        template=template_of("rating"),
        parameters=(Parameter(name="max", doc="The best mark.", type="number", default=5),),
        samples=(Sample(value="4", text="4"), Sample(value="5", text="5")),
    ),
    Widget(
        name="sparkline",
        doc="The course of figures that stand one after the other with commas, as a line.",
        types=frozenset({"string", "text"}),
        template=template_of("sparkline"),
        parameters=(TONE,),
        samples=(Sample(value="3,5,4,8,7,9", text="3,5,4,8,7,9"), Sample(value="4", text="4")),
    ),
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
