"""A real editor: pygls' client beside `sidra lsp`, over standard input and output."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from tests.metamodel.configurations import write

SECONDS = 30

FILES = {
    "baseline/entities/customer.yaml": """
        entity: customer
        title: name
        attributes:
          name: {type: string, max_length: 60, sort: true, label: {en: Name}}
          segment: {type: enum, enum: segment}
          score: {type: integer}
          due: {type: money}
        relations:
          tickets: {to: ticket, many: true, inverse: customer}
    """,
    "baseline/entities/ticket.yaml": """
        entity: ticket
        title: subject
        attributes:
          subject: {type: string}
          status: {type: enum, enum: status, default: open}
        relations:
          customer: {to: customer, required: true}
    """,
    "baseline/enums/segment.yaml": "enum: segment\nvalues: [gold, silver]\n",
    "baseline/enums/status.yaml": "enum: status\nvalues: [open, closed]\n",
    "baseline/roles/agent.yaml": "role: agent\nmay:\n  customer: {do: [read, update]}\n",
    "baseline/screens/customer_list.yaml": """
        screen: customer_list
        of: customer
        kind: list
        columns: [name, segment]
    """,
    "affiliates/sn/entities/customer.yaml": """
        entity: customer
        attributes:
          name: {max_length: 40, $why: Cards are narrow}
    """,
    "affiliates/pl/layer.yaml": "layer: pl\nlevel: affiliate\nprefix: pl\ntiers: [core]\ntime_zone: Europe/Warsaw\n",
    "affiliates/pl/entities/customer.yaml": """
        entity: customer
        attributes:
          name: {max_length: 50, $why: Long names}
    """,
}


class Editor:
    """What a person does in an editor, and what the editor then shows."""

    def __init__(self, folder: Path, encodings: list[types.PositionEncodingKind] | None = None) -> None:
        self.folder = folder
        self.shown: dict[str, list[types.Diagnostic]] = {}
        self.messages: list[str] = []
        self._news = threading.Condition()
        self._versions: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("editor", "1")
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda given: self._publish(given))  # noqa: PLW0108 - a method bears no mark
        self.client.feature(types.WINDOW_LOG_MESSAGE)(lambda given: self.messages.append(given.message))
        self.capabilities = self._begin(encodings)

    def _begin(self, encodings: list[types.PositionEncodingKind] | None) -> types.ServerCapabilities:
        command = "from sidra.cli import main; main(['lsp', '--stdio'])"
        self._wait(self.client.start_io(sys.executable, "-c", command, cwd=self.folder))
        general = types.GeneralClientCapabilities(position_encodings=encodings)
        begun = self._wait(
            self.client.initialize_async(
                types.InitializeParams(types.ClientCapabilities(general=general), root_uri=self.folder.as_uri())
            )
        )
        self.client.initialized(types.InitializedParams())
        return begun.capabilities  # type: ignore[no-any-return]  # the client's coroutine loses its type

    def _wait(self, coroutine: Any) -> Any:  # noqa: ANN401 - the client loses the types of its answers
        waited: Future[Any] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return waited.result(SECONDS)

    def ask(self, coroutine: Any) -> Any:  # noqa: ANN401 - as above
        """What the server answers to a request of the client."""
        return self._wait(coroutine)

    def _publish(self, given: types.PublishDiagnosticsParams) -> None:
        with self._news:
            self.shown[given.uri] = list(given.diagnostics)
            self._news.notify_all()

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def type(self, path: str, text: str) -> tuple[str, types.Position]:
        """Put a text into a file that is not saved; returns its address and the place of the mark `¦` in the text."""
        before = text.partition("¦")[0]
        text = text.replace("¦", "", 1)
        uri = self.uri(path)
        with self._news:
            self.shown.pop(uri, None)
        version = self._versions[uri] = self._versions.get(uri, 0) + 1
        if version == 1:
            item = types.TextDocumentItem(uri, "yaml", version, text)
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        else:
            whole = types.TextDocumentContentChangeWholeDocument(text)
            named = types.VersionedTextDocumentIdentifier(version, uri)
            self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [whole]))
        line = before.count("\n")
        last = before.rpartition("\n")[2]
        return uri, types.Position(line, len(last.encode("utf-16-le")) // 2)

    def close(self, path: str) -> None:
        uri = self.uri(path)
        self._versions.pop(uri, None)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def findings(self, path: str, until: Callable[[list[types.Diagnostic]], object]) -> list[types.Diagnostic]:
        """What is underlined in a file, once it is as `until` wants it."""
        uri = self.uri(path)
        with self._news:
            seen = self._news.wait_for(lambda: uri in self.shown and until(self.shown[uri]), SECONDS)
            assert seen, self.shown.get(uri)
            return self.shown[uri]

    def completed(self, path: str, text: str) -> dict[str, types.CompletionItem]:
        """What is offered at the mark `¦`, by its label."""
        uri, position = self.type(path, text)
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), position)
        found = self._wait(self.client.text_document_completion_async(params))
        return {item.label: item for item in (found.items if found is not None else ())}

    def hovered(self, path: str, text: str) -> str:
        """What is told where the mark `¦` stands; empty for nothing."""
        uri, position = self.type(path, text)
        params = types.HoverParams(types.TextDocumentIdentifier(uri), position)
        found = self._wait(self.client.text_document_hover_async(params))
        return found.contents.value if found is not None else ""

    def defined(self, path: str, text: str) -> list[str]:
        """Where the thing at the mark is declared, as path and line from 1."""
        uri, position = self.type(path, text)
        params = types.DefinitionParams(types.TextDocumentIdentifier(uri), position)
        return self._places(self._wait(self.client.text_document_definition_async(params)))

    def referred(self, path: str, text: str) -> list[str]:
        uri, position = self.type(path, text)
        context = types.ReferenceContext(include_declaration=True)
        params = types.ReferenceParams(context, types.TextDocumentIdentifier(uri), position)
        return self._places(self._wait(self.client.text_document_references_async(params)))

    def outlined(self, path: str, text: str) -> list[types.DocumentSymbol]:
        uri, _ = self.type(path, text)
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        return list(self._wait(self.client.text_document_document_symbol_async(params)) or ())

    def mended(self, path: str, found: types.Diagnostic) -> list[types.CodeAction]:
        """The quick fixes of a finding."""
        context = types.CodeActionContext([found])
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(path)), found.range, context)
        return list(self._wait(self.client.text_document_code_action_async(params)) or ())

    def _places(self, found: list[types.Location] | None) -> list[str]:
        return [f"{one.uri.removeprefix(self.folder.as_uri() + '/')}:{one.range.start.line + 1}" for one in found or ()]

    def end(self) -> int | None:
        """Close the editor as editors do; returns the exit code of the server."""
        self._wait(self.client.shutdown_async(None))
        self.client.exit(None)
        self._wait(self.client.stop())  # type: ignore[no-untyped-call]  # the client's own
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()
        server = self.client._server
        return server.returncode if server is not None else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("layers").resolve()
    write(made, FILES)
    (made / "sidra.yaml").write_text("baseline: baseline\naffiliates: [affiliates/*]\nhome: var\nplugins: []\n")
    return made


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    made = Editor(folder)
    yield made
    assert made.end() == 0
