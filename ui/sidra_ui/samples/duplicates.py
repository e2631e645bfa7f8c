"""Records that may be one thing: pairs that wait, two side by side, and the search for the other one."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Action, Badge, Link, Meter, Tone, avatar
from sidra_ui.viewmodels.duplicates import Choice, DuplicatesPage, MergeForm, MergePage, PairView, Side
from sidra_ui.viewmodels.likeness import Alike
from sidra_ui.viewmodels.records import Problem
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Pager

WHY = "Same: Birth date · Name 94% alike"
LIKENESSES: tuple[tuple[int, Tone], ...] = ((100, "red"), (94, "amber"))
NAMES = ("Awa Marième Ndiaye", "Awa Mariéme Ndiayé")


def pairs() -> DuplicatesPage:
    """Return two pairs, and that there are more."""
    compare = Action("Compare", "#", "layers", "primary")
    dismiss = Action("Not the same", "#", "x", method="post")
    found = tuple(
        PairView(
            f"{percent}",
            Link(NAMES[0], "#"),
            Link(NAMES[1], "#"),
            "Individual",
            WHY,
            Meter(percent, f"Likeness of pair {percent}", f"{percent}%", tone),
            compare,
            dismiss,
        )
        for percent, tone in LIKENESSES
    )
    return DuplicatesPage(
        shell("en", "sn"), Place("Possible duplicates"), found, Pager("", next_href="#"), "Compare them.", "None"
    )


def merging() -> MergePage:
    """Return two records side by side, one of whose values was refused."""
    sides = tuple(
        Side(str(number), name, Link(name, "#"), ("Created: Mar 3, 2024",), (Badge("Active", "green"),), avatar(name))
        for number, name in enumerate(NAMES)
    )
    form = MergeForm(
        action="#",
        cancel_href="#",
        swap_href="#",
        keep=sides[0],
        drop=sides[1],
        versions=("3", "1"),
        different=(
            Choice("family_name", "Family name", "Ndiaye", "Ndiayé", "keep", may_choose=True),
            Choice("national_number", "National number", "", "•••••• 0318", "drop", may_choose=False),
        ),
        alike=(Choice("birth_date", "Birth date", "Jun 14, 1988", "Jun 14, 1988", "keep", may_choose=False),),
        dismiss=Action("Not the same", "#", "x", method="post"),
        days=30,
    )
    trail = (Link("Individuals", "#"), Link(NAMES[0], "#"))
    told = (Problem("Contact media: keep at most 5 entries.", "", "R618"),)
    return MergePage(shell("en", "sn"), Place("Merge", trail), "Merge", form, problems=told)


def search() -> MergePage:
    """Return the search for the record to merge with."""
    alike = Alike("1", NAMES[1], "#", WHY, avatar(NAMES[1]), Badge("Cannot be saved twice", "red"), "#")
    title = f"Merge {NAMES[0]} with another record"
    trail = (Link("Individuals", "#"), Link(NAMES[0], "#"))
    return MergePage(shell("en", "sn"), Place(title, trail), title, None, "", (alike,), "Possible duplicates")
