"""A browser as somebody uses it who waits until a page stands: what is pressed before its scripts run goes nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Keyboard, Locator, Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MILLISECONDS = 30_000
"""What is expected on a page may take as long as a busy machine takes; it costs nothing where it is there."""
ACTIONS = (
    "check", "click", "dblclick", "drag_to", "fill", "focus", "hover", "press", "press_sequentially", "select_option",
    "set_input_files", "uncheck",
)  # fmt: skip
"""What a person does with a part of a page."""


@contextmanager
def browsing(program: Path) -> Iterator[Browser]:
    """Lend a browser without a window."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        for name in ACTIONS:
            patch.setattr(Locator, name, _once_it_stands(getattr(Locator, name)))
        patch.setattr(Page, "keyboard", property(_keyboard_of(vars(Page)["keyboard"])))
        running = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        yield running
        running.close()


def _once_it_stands(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def patient(part: Locator, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever an action takes and gives
        # It may come with a page that is on its way yet.
        part.wait_for(state="attached")
        part.page.wait_for_load_state("domcontentloaded")
        return act(part, *given, **named)

    return patient


def _keyboard_of(keyboard: property) -> Callable[[Page], Keyboard]:
    def patient(page: Page) -> Keyboard:
        page.wait_for_load_state("domcontentloaded")
        found: Keyboard = keyboard.__get__(page)
        return found

    return patient
