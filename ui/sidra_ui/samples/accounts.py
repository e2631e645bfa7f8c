"""The steps around signing in, one's own account, and the accounts that one administers."""

from sidra_ui.samples.frames import affiliates, frame, shell
from sidra_ui.viewmodels.accounts import (
    AccountPage,
    AccountsPage,
    PasswordForm,
    QrCode,
    RowAction,
    RowList,
    StepPage,
    TokenForm,
)
from sidra_ui.viewmodels.common import Action, Badge, Link, avatar
from sidra_ui.viewmodels.shell import Place
from sidra_ui.viewmodels.tables import Cell, Column, Row, Table

CODES = ("0f3a1-9c2b4-77d10-a5e6f", "b81c0-4d2e9-6f3a7-10c58", "5e9d2-c0b17-84fa6-3d1e0")


def code() -> StepPage:
    """Return the step that asks for a one-time code, after a wrong one."""
    text = "Enter the six digits that your authenticator app shows now."
    hint = "No phone at hand? Enter one of your recovery codes instead."
    refused = "The code is not right, or was used already. Wait for the next one and try again."
    here, back = affiliates("en", "sn")[0], Link("Back to sign in", "#")
    return StepPage(
        frame("en", "sn"), here, "code", "Second factor", text, "#", "sample-token", error=refused, note=hint, back=back
    )


def enrol() -> StepPage:
    """Return the step that sets one-time codes up."""
    text = "Scan this picture with an authenticator app, or type the key in. Then enter the code that the app shows."
    squares = "".join(f"M{4 + x} {4 + y}h1v1h-1z" for x in range(21) for y in range(21) if (x * y + x) % 3 == 0)
    here, qr = affiliates("en", "sn")[0], QrCode(29, squares)
    key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    return StepPage(frame("en", "sn"), here, "enrol", "Second factor", text, "#", "sample-token", qr=qr, secret=key)


def codes() -> StepPage:
    """Return the recovery codes."""
    text = "Keep these recovery codes in a safe place. Each lets you in once when your phone is lost."
    here = affiliates("en", "sn")[0]
    return StepPage(
        frame("en", "sn"), here, "codes", "Recovery codes", text, "", "sample-token", "#", codes=CODES, download="#"
    )


def prove() -> StepPage:
    """Return the step that asks once more who it is."""
    text = "Before changing how you sign in, prove once more who you are."
    links = (Link("Sign in again with Meridian account", "#"),)
    here, title = affiliates("en", "sn")[0], "Confirm that it is you"
    return StepPage(frame("en", "sn"), here, "password", title, text, "#", "sample-token", providers=links)


def mine() -> AccountPage:
    """Return one's own account."""
    end, revoke = Action("End", "#", method="post"), Action("Revoke", "#", method="post")
    this = RowAction(
        "Firefox, Linux · 10.4.7.0/24", "Since 8:02 · Last seen now", (Badge("This one", "green", dot=True),)
    )
    other = RowAction("Safari, iPhone · 196.207.240.0/24", "Since yesterday · Last seen 20 minutes ago", (), end)
    token = RowAction(
        "Billing export", "hT4xQ2… · customer:read · Until 21 Feb 2027 · Last used 5 minutes ago", (), revoke
    )
    over = RowAction("Trial", "9bZk1w… · *:read · Until 2 Jan 2026 · Last used never", (Badge("Over"),))
    return AccountPage(
        shell("en", "sn"),
        Place("My account"),
        (("User name", "fatou"), ("Roles", "Agent"), ("Last sign-in", "23 Nov 2026, 08:02")),
        "Off: your password alone lets you in.",
        "",
        factor_is_on=False,
        factor_actions=(Action("Set up", "#", "shield-check", "primary"),),
        sessions=RowList("Sessions", "monitor", (this, other), "", (Action("End all others", "#", method="post"),)),
        tokens=RowList("API tokens", "key-round", (token, over), ""),
        warning="3 failed attempts to sign in as you since 20 Nov 2026. If it was not you, change your password.",
        password=PasswordForm("#", "fatou.ndoye"),
        token=TokenForm("#"),
        new_token="sidra_sn_hT4xQ2mVb0yJ5tWc8Lr1nKd3sGp6zEa9uFo7iXv4RwM",  # noqa: S106 - shown in a gallery, accepted by nothing
    )


def everybody() -> AccountsPage:
    """Return the list of accounts."""
    columns = (Column("name", "Name"), Column("roles", "Roles"), Column("signed_in", "Last sign-in", is_secondary=True))
    people = (("Fatou Ndoye", "fatou", "Agent", "23 Nov 2026, 08:02"), ("Awa Diop", "awa", "Administrator", "Never"))
    rows = tuple(
        Row(
            login,
            name,
            (Cell(name, login, is_secondary_code=True, href="#", avatar=avatar(name)), Cell(role), Cell(last)),
        )
        for name, login, role, last in people
    )
    return AccountsPage(shell("en", "sn"), Place("User accounts"), Table("User accounts", columns, rows))
