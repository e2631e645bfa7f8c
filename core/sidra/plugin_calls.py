"""Calls into plugins: what fails there is logged with the plugin's name, and raised as an error that names it."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import ParamSpec, TypeVar

import structlog

from sidra.errors import Problem, SidraError
from sidra.rules.wording import tell
from sidra_metamodel.expressions import EvaluationError, Function
from sidra_metamodel.model.built_in import PluginType

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class PluginError(SidraError):
    """A plugin's code raised something while it looked at a value."""

    code = "R625"

    def __init__(self, plugin: str, part: str) -> None:
        super().__init__(f"the plugin `{plugin}` failed in {part}", hint="tell the operator, whose log has the place")
        self.plugin = plugin
        self.member = ""
        """The attribute whose value it was; empty where nobody knows."""

    def problem(self, locale: str | None) -> Problem:
        """Return what a person is told, whose record cannot be saved for it."""
        return Problem(self.code, self.member, tell("plugin_failed", locale, plugin=self.plugin))


def reported_type(plugin: str, type_: PluginType) -> PluginType:
    """Return a plugin's type whose functions raise nothing but PluginError."""
    if type_.normalise is not None:
        type_ = replace(type_, normalise=_reported(plugin, f"`normalise` of the type `{type_.name}`", type_.normalise))
    if type_.check is not None:
        type_ = replace(type_, check=_reported(plugin, f"`check` of the type `{type_.name}`", type_.check))
    return type_


def reported_function(plugin: str, function: Function) -> Function:
    """Return a plugin's function that raises nothing but PluginError."""
    return replace(function, python=_reported(plugin, f"the function `{function.name}`", function.python))


def plugin_failure(error: EvaluationError) -> PluginError | None:
    """Return the failure of a plugin for which an expression could not be evaluated; None for another reason."""
    return error.__cause__ if isinstance(error.__cause__, PluginError) else None


def _reported(plugin: str, part: str, call: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    @functools.wraps(call)
    def reported(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
        try:
            return call(*arguments, **named)
        except Exception as error:
            # Its text is left out: it may hold the value.
            kind, place = type(error).__name__, _place(error)
            structlog.get_logger("sidra.plugins").error("plugin failed", plugin=plugin, part=part, error=kind, at=place)
            raise PluginError(plugin, part) from error

    return reported


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
