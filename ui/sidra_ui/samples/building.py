"""The builder of conditions for the list of customers, one condition not whole yet."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.building import Builder, BuilderPage, ConditionGroup, ConditionView, OptionGroup, Withheld
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.shell import Place

LIST = "/sn/customer?view=at_risk"


def attributes(chosen: str) -> tuple[OptionGroup, ...]:
    """Return what conditions can be about, with one chosen."""
    own = (("segment", "Segment"), ("monthly_charges", "Monthly charges"), ("customer_since", "Customer since"))
    through = (("tickets.severity", "Severity"), ("tickets.status", "Status"))
    groups = (("This record", own), ("Tickets", through))
    return tuple(
        OptionGroup(title, tuple(Option(path, text, path == chosen) for path, text in members))
        for title, members in groups
    )


def segment() -> ConditionView:
    """Return a condition with several values."""
    values = (Option("gold", "Gold", is_selected=True), Option("platinum", "Platinum", is_selected=True))
    control = FieldView("v.0.0", "Value", "multiselect", options=(*values, Option("silver", "Silver")), id="c-0-0")
    operators = (Option("in", "is", is_selected=True), Option("not_in", "is not"))
    return ConditionView("0.0", attributes("segment"), operators, (control,))


def charges() -> ConditionView:
    """Return a condition whose value cannot be read."""
    control = FieldView("v.1.0", "Value", "money", "many", currency="XOF", id="c-1-0")
    operators = (Option("gt", "more than", is_selected=True), Option("lt", "less than"))
    error = "The value for “Monthly charges” cannot be read."
    return ConditionView("1.0", attributes("monthly_charges"), operators, (control,), error)


def since() -> ConditionView:
    """Return a condition between two days."""
    ends = (
        FieldView("v.1.1", "From", "date", "2025-01-01", id="c-1-1-from"),
        FieldView("v.1.1", "To", "date", "2025-12-31", id="c-1-1-to"),
    )
    operators = (Option("between", "from … to …", is_selected=True), Option("empty", "is empty"))
    return ConditionView("1.1", attributes("customer_since"), operators, ends)


def page() -> BuilderPage:
    """Return the builder as a page of its own."""
    groups = (
        ConditionGroup("0", (segment(),)),
        ConditionGroup("1", (charges(), since())),
        ConditionGroup("2", (ConditionView("2.0", attributes("")),)),
    )
    builder = Builder(
        "/sn/customer/filter",
        LIST,
        groups,
        is_any=False,
        count="3,418 records",
        kept=(("view", "at_risk"),),
        withheld=(Withheld("Identity document", "it is kept encrypted"),),
    )
    return BuilderPage(shell("en", "sn"), Place("Conditions", back_href=LIST), builder)
