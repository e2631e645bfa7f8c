"""Rules and buttons: what their kind needs is there, and nothing contradicts it."""

from __future__ import annotations

from typing import Final

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.rule import Rule
from sidra_metamodel.kinds.screen import Screen
from sidra_metamodel.model import Model
from sidra_metamodel.model.built_in import SYSTEM_ATTRIBUTES

NEEDED: Final = {"validate": ("check",), "compute": ("at", "value"), "default": ("at", "value")}
"""What a rule of each kind cannot do without."""

KEPT: Final = SYSTEM_ATTRIBUTES.keys() - {"unit"}
"""What each record has without a rule's doing; to which unit it belongs, rules may say."""

TARGETS: Final = ("channel", "create", "edit", "transition")
"""What a button can do: exactly one of these."""

OF_KIND: Final = frozenset({"list", "record", "view360", "board", "calendar"})
"""Screens that are about one entity."""


def check_rules(model: Model, diagnostics: Diagnostics) -> None:
    """Record rules and screens that lack what their kind needs."""
    for rule in model.rules.values():
        _check_rule(rule, diagnostics)
    for screen in model.screens.values():
        if screen.kind_ in OF_KIND and screen.of is None:
            message = f"a screen of kind `{screen.kind_}` lacks `of`"
            diagnostics.report("E420", message, screen.node, key=True, help="name its entity: `of: …`")
        _check_actions(screen, diagnostics)


def _check_rule(rule: Rule, diagnostics: Diagnostics) -> None:
    for needed in NEEDED[rule.kind_]:
        if not getattr(rule, needed):
            message = f"a rule of kind `{rule.kind_}` lacks `{needed}`"
            diagnostics.report("E420", message, rule.node, key=True, help=f"add `{needed}: …`")
    if rule.kind_ != "validate" and rule.at in KEPT:
        message = f"`{rule.at}` is kept by the system, and no rule sets it"
        diagnostics.error("E420", message, rule.node.items["at"], help="name an attribute that the entity declares")
    if rule.kind_ == "validate" and not rule.message.texts:
        message = "a rule of kind `validate` lacks `message`"
        diagnostics.report("E420", message, rule.node, key=True, help="say what a person should do: `message: …`")


def _check_actions(screen: Screen, diagnostics: Diagnostics) -> None:
    buttons = list(screen.header.actions.values()) if screen.header else []
    buttons += [alert.action for alert in screen.alerts.values() if alert.action is not None]
    for action in buttons:
        given = [target for target in TARGETS if getattr(action, target)]
        if len(given) != 1:
            diagnostics.report(
                "E420",
                f"the button `{action.name}` does {len(given)} things, not one",
                action.node,
                key=True,
                help="give exactly one of `channel`, `create`, `edit`, `transition`",
            )
