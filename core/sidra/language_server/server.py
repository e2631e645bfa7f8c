"""The server: what editors send, and what they are answered; it goes on whatever happens in one of the answers."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import structlog
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from sidra.language_server.asking import Asking, file_of_uri, symbols
from sidra.language_server.completing import Completing
from sidra.language_server.desk import Desk
from sidra.language_server.findings import by_file, lines_of
from sidra.language_server.mending import quick_fixes
from sidra.language_server.positions import Lines
from sidra.language_server.spots import Sight, sight_of
from sidra_metamodel.diagnostics import Diagnostic

PAUSE_SECONDS: Final = 0.12
"""How long somebody must have stopped typing before findings are looked for."""
TRIGGERS: Final = [" ", ":", "$", ".", "{", "[", ",", "'", '"', "-"]

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
log = structlog.get_logger()


def guarded(function: Callable[Given, Answer]) -> Callable[Given, Answer | None]:
    """Return a function that answers nothing, and logs why, where the given one breaks."""

    @functools.wraps(function)
    def answered(*args: Given.args, **kwargs: Given.kwargs) -> Answer | None:
        try:
            return function(*args, **kwargs)
        except Exception:  # an editor without one answer is better than one without a server
            log.exception("language_server.failed", function=function.__name__)
            return None

    return answered


class Serving:
    """One editor's server: its desk, and what it was told last."""

    def __init__(self, server: LanguageServer, environ: Mapping[str, str]) -> None:
        self.desk = Desk(environ)
        self._server = server
        self._found: dict[str, list[Diagnostic]] = {}
        self._published: set[Path] = set()
        self._changed: set[Path] = set()
        """Files that changed since findings were looked for."""
        self._looking: asyncio.Task[None] | None = None

    @property
    def encoding(self) -> types.PositionEncodingKind:
        """The units of columns that client and server agreed on."""
        return types.PositionEncodingKind(self._server.workspace.position_encoding)

    @guarded
    def begin(self, params: types.InitializeParams) -> None:
        """Read the configuration of the folder that the editor has open."""
        folders = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
        root = to_fs_path(folders[0]) if folders[0] else params.root_path
        self.desk.begin((Path(root) if root else Path.cwd()).resolve())

    @guarded
    def begun(self) -> None:
        """Tell why there is no configuration, or look through all of it."""
        if self.desk.problem:
            said = f"Sidra: {self.desk.problem}. Keywords are completed and explained; nothing is checked."
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Warning, said))
        self._look()

    @guarded
    def edited(self, uri: str, text: str | None) -> None:
        """Take what the editor holds of a text, or that it holds it no more."""
        file = file_of_uri(uri)
        if file is not None:
            self.desk.edit(file, text)
            self._changed.add(file)
            self._look()

    @guarded
    def saved(self, uris: list[str]) -> None:
        """Look again where files have changed on the disk."""
        self._changed |= {file for uri in uris if (file := file_of_uri(uri)) is not None}
        self.desk.changed()
        self._look()

    def _look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._looking = asyncio.get_running_loop().create_task(self._looked())

    async def _looked(self) -> None:
        """Find what is wrong, one affiliate after the other, so that other answers come between."""
        await asyncio.sleep(PAUSE_SECONDS)
        changed = set(self._changed)
        self._refresh()
        for affiliate in self._touched(changed) or ():
            self._check(affiliate)
            await asyncio.sleep(0)
        self._publish()
        self._changed -= changed

    @guarded
    def _refresh(self) -> None:
        self.desk.refresh()

    @guarded
    def _touched(self, changed: set[Path]) -> list[str]:
        """Return the affiliates that see one of the files that have changed, those not looked at yet among them."""
        seen = {name for file in changed for name in self.desk.seen_by(file)}
        is_outline = any(file.name in {"layer.yaml", "pack.yaml"} for file in changed)
        known = self.desk.affiliates
        for gone in set(self._found) - set(known):
            del self._found[gone]
        return [name for name in known if is_outline or name in seen or name not in self._found]

    @guarded
    def _check(self, affiliate: str) -> None:
        self._found[affiliate] = self.desk.findings(affiliate)

    @guarded
    def _publish(self) -> None:
        """Send what was found, and for files where nothing is wrong any more that nothing is."""
        found = by_file(self.desk, self._found, self.encoding)
        for file in {*found, *self._published, *self.desk.files.texts}:
            params = types.PublishDiagnosticsParams(file.as_uri(), found.get(file, []))
            self._server.text_document_publish_diagnostics(params)
        self._published = set(found)

    def sight(self, uri: str) -> tuple[Sight, Lines]:
        """Return a text that is open, and its lines; what was typed just now is read first."""
        text = self._server.workspace.get_text_document(uri).source
        file = file_of_uri(uri) or Path("/untitled.yaml")
        self._refresh()
        return sight_of(self.desk, file, text), lines_of(text, self.encoding)

    @guarded
    def completion(self, params: types.CompletionParams) -> types.CompletionList:
        """Return what may be written next."""
        sight, lines = self.sight(params.text_document.uri)
        language = self.desk.language
        found = Completing(sight, language.registry, language.vocabularies, lines).at(params.position)
        return types.CompletionList(is_incomplete=False, items=found)

    @guarded
    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Return what is known about what stands at a place."""
        return self._asking(params.text_document, params.position).hover()

    @guarded
    def definition(self, params: types.DefinitionParams) -> list[types.Location]:
        """Return where something is declared."""
        return self._asking(params.text_document, params.position).definition()

    @guarded
    def references(self, params: types.ReferenceParams) -> list[types.Location]:
        """Return who changes or uses something."""
        return self._asking(params.text_document, params.position).references()

    def _asking(self, document: types.TextDocumentIdentifier, position: types.Position) -> Asking:
        sight, lines = self.sight(document.uri)
        return Asking(self.desk, sight, lines, position)

    @guarded
    def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        """Return the outline of a text."""
        sight, lines = self.sight(params.text_document.uri)
        return symbols(sight.outline.root, lines)

    @guarded
    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Return the quick fixes of the findings that the editor shows."""
        uri = params.text_document.uri
        sight, lines = self.sight(uri)
        return list(quick_fixes(uri, sight.outline, lines, [*params.context.diagnostics]))


def make_server(version: str, environ: Mapping[str, str]) -> LanguageServer:
    """Return a server that speaks to one editor."""
    server = LanguageServer("sidra", version, types.TextDocumentSyncKind.Full)
    serving = Serving(server, environ)

    def on(method: str, answer: Callable[[Any], object], options: object = None) -> None:
        # The library marks the function that it is given, and a method bears no mark.
        server.feature(method, options)(lambda given: answer(given))  # noqa: PLW0108

    on(types.INITIALIZE, serving.begin)
    on(types.INITIALIZED, lambda _params: serving.begun())
    on(types.TEXT_DOCUMENT_DID_OPEN, lambda given: serving.edited(given.text_document.uri, given.text_document.text))
    on(types.TEXT_DOCUMENT_DID_CHANGE, lambda given: serving.edited(given.text_document.uri, _source(server, given)))
    on(types.TEXT_DOCUMENT_DID_CLOSE, lambda given: serving.edited(given.text_document.uri, None))
    on(types.TEXT_DOCUMENT_DID_SAVE, lambda given: serving.saved([given.text_document.uri]))
    on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, lambda given: serving.saved([one.uri for one in given.changes]))
    on(types.TEXT_DOCUMENT_COMPLETION, serving.completion, types.CompletionOptions(trigger_characters=TRIGGERS))
    on(types.TEXT_DOCUMENT_HOVER, serving.hover)
    on(types.TEXT_DOCUMENT_DEFINITION, serving.definition)
    on(types.TEXT_DOCUMENT_REFERENCES, serving.references)
    on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, serving.symbols)
    on(types.TEXT_DOCUMENT_CODE_ACTION, serving.actions, types.CodeActionOptions([types.CodeActionKind.QuickFix]))
    return server


def _source(server: LanguageServer, given: types.DidChangeTextDocumentParams) -> str:
    return server.workspace.get_text_document(given.text_document.uri).source
