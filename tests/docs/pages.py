"""Pages whose examples are run: what stands before a block says what the block does to a scratch installation.

`<!-- file: PATH -->` writes a file, `<!-- in: PATH, after: LINE -->` puts lines behind the first line that is `LINE`,
`<!-- in: PATH, instead: START -->` in place of the first that begins so, `<!-- at the end: PATH -->` at its end.
`<!-- sheet: PATH NAME -->` fills rows of CSV into a sheet of a workbook, by the heads of its columns.
`<!-- start again -->` brings the overlays back to what they were, `<!-- an empty folder -->` takes everything away,
`<!-- a copy of the baseline: FOLDER -->` puts one there,
`<!-- everywhere in FOLDER: OLD becomes NEW -->` changes all files of a folder.
A block `console` runs its `$ sidra …` lines; what they print is compared with what the page says. A block after
`<!-- shown -->` is not run.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook

from sidra.cli import main

BLOCK = re.compile(
    r"(?P<head>(?:^<!-- (?P<marker>[^\n]+) -->\n+)?)^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
EMPTY = re.compile(r"^<!-- an empty folder -->$", re.MULTILINE)
REVISION = "0a1b2c3d4e5f"
"""Stands on pages for the number of a revision, which follows from every file of the baseline."""
NUMBER = re.compile(r"\b[0-9a-f]{12}\b")
RELEASING = {"plan", "apply", "releases"}
SECONDS = re.compile(r"\t[\d.]+$", re.MULTILINE)
"""What the last column of `sidra test` tells."""
END = re.compile(r"at the end: (?P<path>\S+)")
SHEET = re.compile(r"sheet: (?P<path>\S+) (?P<name>\S+)")
AGAIN = re.compile(r"^<!-- start again -->$", re.MULTILINE)
FILE = re.compile(r"file: (?P<path>\S+)")
INSERT = re.compile(r"in: (?P<path>\S+), after: (?P<line>.+)")
INSTEAD = re.compile(r"in: (?P<path>\S+), instead: (?P<start>.+)")
COPY = re.compile(r"^<!-- a copy of the baseline: (?P<folder>\S+) -->$", re.MULTILINE)
EVERYWHERE = re.compile(r"^<!-- everywhere in (?P<folder>\S+): (?P<old>.+) becomes (?P<new>.+) -->$", re.MULTILINE)
PROMPT = "$ "
AFFILIATES = ("eg", "pl", "sn")
"""Those that the pages speak of, whoever else is in the checkout."""
SAVED = {"yaml", "python", "toml", "csv"}


class Unmarked(AssertionError):
    """A block of which the page does not say what it does."""


@dataclass
class Workshop:
    """A scratch copy of the overlays, and the commands run inside it."""

    root: Path
    folder: Path
    revision: str = REVISION
    """The real number of the revision that was told last."""

    def start_again(self) -> None:
        """Bring settings and overlays back to those of the checkout."""
        shutil.rmtree(self.folder / "affiliates", ignore_errors=True)
        for name in AFFILIATES:
            shutil.copytree(self.root / "affiliates" / name, self.folder / "affiliates" / name)
        shutil.copy(self.root / "sidra.yaml", self.folder)

    def empty(self) -> None:
        """Take settings and overlays away, as a person finds a new folder."""
        shutil.rmtree(self.folder / "affiliates", ignore_errors=True)
        (self.folder / "sidra.yaml").unlink(missing_ok=True)

    def fill(self, path: str, name: str, text: str) -> None:
        """Put rows into a sheet behind those that there are, as a person does who reads the heads of its columns."""
        book = load_workbook(self.folder / path)
        page = book[name]
        columns = {str(cell.value).removesuffix(" *"): cell.column for cell in page[1]}
        last = max([4, *(cell.row for cell in page["A"] if cell.value is not None)])
        for number, row in enumerate(csv.DictReader(io.StringIO(text)), last + 1):
            for head, value in row.items():
                page.cell(number, columns[head], value or None)
        book.save(self.folder / path)

    def write(self, path: str, text: str) -> None:
        """Save a file of the overlays."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def insert(self, path: str, line: str, text: str) -> None:
        """Put lines behind the first line of a file that is `line`, whatever its indentation."""
        lines = (self.folder / path).read_text(encoding="utf-8").splitlines(keepends=True)
        place = [one.strip() for one in lines].index(line.strip()) + 1
        self.write(path, "".join([*lines[:place], text, *lines[place:]]))

    def replace(self, path: str, start: str, text: str) -> None:
        """Put lines in place of the first line of a file that begins with `start`, whatever its indentation."""
        lines = (self.folder / path).read_text(encoding="utf-8").splitlines(keepends=True)
        place = [one.strip().startswith(start) for one in lines].index(True)
        self.write(path, "".join([*lines[:place], text, *lines[place + 1 :]]))

    def replace_everywhere(self, folder: str, old: str, new: str) -> None:
        """Replace a text in all files below a folder, as a person does who renames something."""
        for file in sorted((self.folder / folder).rglob("*.yaml")):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace(old, new), encoding="utf-8")

    def copy_baseline(self, folder: str) -> None:
        """Put a copy of the baseline of the checkout into a folder."""
        ignored = shutil.ignore_patterns("__pycache__", "*.py", "py.typed")
        shutil.copytree(self.root / "baseline/sidra_baseline", self.folder / folder, ignore=ignored)

    def run(self, command: str) -> str:
        """Return what a command prints, without blanks at the ends of lines, and without what differs each time."""
        program, *words = shlex.split(command.replace(REVISION, self.revision))
        assert program == "sidra", f"only commands of `sidra` are run: {command}"
        output = CliRunner().invoke(main, words, catch_exceptions=False).output
        told = NUMBER.search(output) if words[0] in RELEASING else None
        if told:
            self.revision = told[0]
            output = NUMBER.sub(REVISION, output)
        if words[0] == "test":
            output = SECONDS.sub("", output)
        return "".join(f"{line.rstrip()}\n" for line in output.splitlines())


def rewritten(text: str, workshop: Workshop) -> str:
    """Return a page with what its commands print now; equal to the page as long as it tells the truth."""
    workshop.start_again()
    told: list[str] = []
    end = 0
    for block in BLOCK.finditer(text):
        before = text[end : block.start()] + block["head"]
        if AGAIN.search(before):
            workshop.start_again()
        if EMPTY.search(before):
            workshop.empty()
        for copy in COPY.finditer(before):
            workshop.copy_baseline(copy["folder"])
        for change in EVERYWHERE.finditer(before):
            workshop.replace_everywhere(*change.groups())
        told += [text[end : block.start()], block["head"], f"```{block['language']}\n", _done(block, workshop), "```"]
        end = block.end()
    return "".join([*told, text[end:]])


def _done(block: re.Match[str], workshop: Workshop) -> str:
    """Do what a block says; return the block as it should read."""
    body, marker = block["body"], block["marker"] or ""
    if marker == "shown":
        return body
    if block["language"] == "console":
        commands = [line.removeprefix(PROMPT) for line in body.splitlines() if line.startswith(PROMPT)]
        return "\n".join(f"{PROMPT}{command}\n{workshop.run(command)}" for command in commands)
    if block["language"] in SAVED:
        _save(body, marker, workshop)
    return body


def _save(body: str, marker: str, workshop: Workshop) -> None:
    if found := FILE.fullmatch(marker):
        workshop.write(found["path"], body)
    elif found := END.fullmatch(marker):
        workshop.write(found["path"], (workshop.folder / found["path"]).read_text(encoding="utf-8") + body)
    elif found := SHEET.fullmatch(marker):
        workshop.fill(found["path"], found["name"], body)
    elif found := INSERT.fullmatch(marker):
        workshop.insert(found["path"], found["line"], body)
    elif found := INSTEAD.fullmatch(marker):
        workshop.replace(found["path"], found["start"], body)
    else:
        raise Unmarked(f"say before this block which file it is, or that it is only shown:\n{body}")
