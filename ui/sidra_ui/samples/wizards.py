"""A wizard: one of its steps with a mistake, and the last one in Arabic and dark."""

from sidra_ui.samples.frames import shell
from sidra_ui.viewmodels.common import Link
from sidra_ui.viewmodels.fields import FieldView, Option
from sidra_ui.viewmodels.records import Problem, RecordForm, SectionView
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.wizards import Reviewed, StepMark, WizardPage, WizardStep

FORM = RecordForm("#", "#", "", "", "Next", "someone", "#", "#", "00000000-0000-7000-8000-000000000009")


def refused() -> WizardStep:
    """Return the second of four steps, which was refused."""
    marks = (
        StepMark("who", "Who", "1", "done", True),
        StepMark("contact", "Contact", "2", "current"),
        StepMark("customer", "Contract and payment", "3", "ahead"),
        StepMark("review", "Review", "4", "ahead"),
    )
    kinds = (Option("person", "Individual", True), Option("company", "Organization"))
    choice = FieldView("choose-who", "Who", "radio", "person", options=kinds, is_wide=True)
    error = "Enter a value."
    fields = (
        FieldView("person.given_name", "Given name", value="Awa", id="f-person-given_name", is_required=True),
        FieldView("person.family_name", "Family name", id="f-person-family_name", is_required=True, error=error),
    )
    wrong = (Problem(f"Family name: {error}", "f-person-family_name", "R601"),)
    return WizardStep(
        *("New customer", "user-plus", "contact", "Contact", "How the customer can be reached.", "Step 2 of 4"),
        *(marks, FORM, (SectionView("person-main", "Person", fields),), choice),
        back="who",
        problems=wrong,
        is_refused=True,
    )


def step() -> WizardPage:
    """Return the page of the same step."""
    view = refused()
    return WizardPage(shell("en", "sn"), Place(view.title, (Link(view.wizard, "#"),)), view)


def review() -> WizardPage:
    """Return the last step, in Arabic and dark."""
    marks = (StepMark("who", "من", "١", "done", True), StepMark("review", "المراجعة", "٢", "current"))
    fields = (FieldView("given_name", "الاسم الأول", text="مريم"), FieldView("family_name", "اللقب", text="السيد"))
    reviewed = (
        Reviewed("who", "من", (SectionView("person-main", "شخص", fields),), "تعديل من"),
        Reviewed("consents", "الموافقات", (), "تعديل الموافقات"),
    )
    view = WizardStep(
        *("عميل جديد", "user-plus", "review", "المراجعة", "راجع كل شيء مرة أخرى.", "الخطوة ٢ من ٢", marks),
        RecordForm("#", "#", "", "", "إنشاء العميل", "someone", "", "#", FORM.once),
        reviewed=reviewed,
        back="who",
    )
    return WizardPage(shell("ar", "eg", "dark"), Place("المراجعة", (Link("عميل جديد", "#"),)), view)
