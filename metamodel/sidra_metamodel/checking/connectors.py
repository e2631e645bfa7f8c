"""Connectors: operations that can be asked and answers that can be read; simulators that can give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import jsonpath
from jsonpath.exceptions import JSONPathError

from sidra_metamodel.diagnostics import Diagnostics
from sidra_metamodel.kinds.interface import Interface
from sidra_metamodel.kinds.interfaces.connector import Operation, Returned
from sidra_metamodel.kinds.simulator import Made, Simulator
from sidra_metamodel.model import Model
from sidra_metamodel.model.operations import connectors
from sidra_metamodel.nodes import Node
from sidra_metamodel.suggest import did_you_mean, listed

PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
NEEDED: Final = {
    "basic": ("user", "secret"),
    "bearer": ("secret",),
    "oauth2_client": ("secret",),
}
"""What each way of signing in cannot do without."""
UNREADABLE: Final = frozenset({"file", "image"})
"""Types that no other system can give."""


def whole_path(path: str) -> str:
    """Return a path of an answer as RFC 9535 wants it, with its beginning."""
    return path if path.startswith("$") else f"$.{path}"


def check_connectors(model: Model, diagnostics: Diagnostics) -> None:
    """Record connectors that could never be asked, and simulators that could never answer."""
    for connector in connectors(model):
        _check_connector(model, connector, diagnostics)
    for simulator in model.documents(Simulator.kind).values():
        if isinstance(simulator, Simulator):
            _check_simulator(simulator, diagnostics)


def _check_connector(model: Model, connector: Interface, diagnostics: Diagnostics) -> None:
    if connector.base_url is None:
        help_ = "add `base_url: {environment: …}`; the operator sets that variable"
        diagnostics.report("E440", "the connector lacks `base_url`", connector.node, key=True, help=help_)
    if not connector.operations:
        help_ = "add `operations: {…}`"
        diagnostics.report("E440", "the connector can be asked nothing", connector.node, key=True, help=help_)
    if connector.timeout.total_seconds() <= 0:
        node = connector.node.items["timeout"]
        diagnostics.error("E440", "no answer comes in no time", node, help="write a time such as `2s`")
    auth = connector.auth
    for needed in NEEDED.get(auth.kind_, ()) if auth is not None else ():
        if auth is not None and getattr(auth, needed) is None:
            help_ = f"add `{needed}: {{environment: …}}`"
            diagnostics.report("E440", f"`{auth.kind_}` lacks `{needed}`", auth.node, key=True, help=help_)
    if auth is not None and "token_path" in auth.node.items:
        node = auth.node.items["token_path"]
        _check_address(auth.token_path, node, diagnostics)
        if "{" in auth.token_path:
            diagnostics.error("E440", "nothing is put into `token_path`", node, help="write the path as it is")
    for operation in connector.operations.values():
        _check_operation(model, operation, diagnostics)


def _check_operation(model: Model, operation: Operation, diagnostics: Diagnostics) -> None:
    given = [name for name in ("get", "post") if getattr(operation, name) is not None]
    if len(given) != 1:
        message = f"the operation `{operation.name}` has {len(given)} addresses, not one"
        diagnostics.report("E440", message, operation.node, key=True, help="give exactly one of `get`, `post`")
    for name in given:
        _check_address(str(getattr(operation, name)), operation.node.items[name], diagnostics)
    if operation.post is not None and operation.cache is not None:
        message = "what is posted changes something, and is not kept"
        diagnostics.report("E440", message, operation.node.items["cache"], key=True, help="take it away")
    if operation.get is not None and operation.body:
        message = "a `get` has no body"
        diagnostics.report("E440", message, operation.node.items["body"], key=True, help="take it away, or `post`")
    _check_placeholders(operation, diagnostics)
    if operation.each is not None:
        _check_path(operation.each, operation.node.items["each"], diagnostics)
    for returned in operation.returns.values():
        _check_returned(model, operation, returned, diagnostics)


def _check_address(address: str, node: Node, diagnostics: Diagnostics) -> None:
    if not address.startswith("/") or address.startswith("//") or any(sign in address for sign in " #\\"):
        message = f"`{address}` is no path below the base address"
        diagnostics.error("E440", message, node, help="begin with one `/`: `/customerBill?account={account}`")


def _check_placeholders(operation: Operation, diagnostics: Diagnostics) -> None:
    used: set[str] = set()
    for text, node in _templates(operation):
        for name in PLACEHOLDER.findall(text):
            used.add(name)
            if name not in operation.takes:
                there_are = f"it takes {listed(operation.takes)}" if operation.takes else "it takes nothing yet"
                help_ = did_you_mean(name, operation.takes) or f"{there_are}; add `takes: {{{name}: string}}`"
                diagnostics.error("E440", f"nothing is taken for `{{{name}}}`", node, help=help_)
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            diagnostics.error("E440", f"`{text}` has a brace without its other", node, help="write `{name}`")
    for taken in operation.takes.values():
        if taken.name not in used:
            help_ = f"write `{{{taken.name}}}` where it belongs, or take it away"
            diagnostics.report("E440", f"`{taken.name}` is taken and not used", taken.node, key=True, help=help_)


def _templates(operation: Operation) -> Iterator[tuple[str, Node]]:
    for name in ("get", "post"):
        if getattr(operation, name) is not None:
            yield str(getattr(operation, name)), operation.node.items[name]
    for name, text in operation.body.items():
        yield text, operation.node.items["body"].items[name]


def _check_path(path: str, node: Node, diagnostics: Diagnostics) -> None:
    try:
        jsonpath.JSONPathEnvironment(strict=True).compile(whole_path(path))
    except (JSONPathError, ValueError, IndexError, RecursionError):
        help_ = "write `$[*]`, `$.items[*]`, `amount.value`: RFC 9535 says how"
        diagnostics.error("E440", f"`{path}` is no JSONPath", node, help=help_)


def _check_returned(model: Model, operation: Operation, returned: Returned, diagnostics: Diagnostics) -> None:
    _check_path(returned.path, returned.node.get("path") or returned.node, diagnostics)
    if returned.type == "enum" and returned.enum is None:
        message = f"`{returned.name}` is of a code list, and none is named"
        diagnostics.report("E440", message, returned.node, key=True, help="add `enum: …`")
    known = returned.type in model.types or returned.type in model.types_of_code.by_name
    if known and _base(model, str(returned.type)) in UNREADABLE:
        message = f"no other system gives a value of the type `{returned.type}`"
        diagnostics.error("E440", message, returned.node.items["type"], help="ask for its address instead: `url`")
    entity = model.entities.get(operation.of or "")
    if entity is not None and returned.name not in entity.attributes and returned.type is None:
        message = f"`{entity.name}` has no attribute `{returned.name}`, so that nothing says who sees it"
        help_ = did_you_mean(returned.name, entity.attributes) or "give it a `type:` if whoever reads the rest may"
        diagnostics.report("E440", message, returned.node, key=True, help=help_)


def _base(model: Model, name: str) -> str:
    return model.base_of(name) if name in model.types else model.types_of_code.built_in(name)


def _check_simulator(simulator: Simulator, diagnostics: Diagnostics) -> None:
    for answer in simulator.answers.values():
        for made in answer.of.values():
            _check_made(made, diagnostics)


def _check_made(made: Made, diagnostics: Diagnostics) -> None:
    given = [made.text is not None, bool(made.among), made.least is not None, made.day is not None]
    if sum(given) != 1:
        message = f"`{made.name}` is made in {sum(given)} ways, not one"
        help_ = "give exactly one of `text`, `among`, `least`, `day`"
        diagnostics.report("E440", message, made.node, key=True, help=help_)
    if made.least is not None and (made.most is None or made.most < made.least or made.step <= 0):
        message = f"no number lies between the bounds of `{made.name}`"
        diagnostics.report("E440", message, made.node, key=True, help="write `least:`, `most:` and a `step:` above 0")
