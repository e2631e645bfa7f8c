"""What the server has on its desk: the configuration around a folder, and the texts that are not saved yet."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from sidra.affiliates.places import place_findings
from sidra.configuration import Configuration, read_configuration
from sidra.plugins import load_plugins
from sidra.settings import FILE, LAYER, installation
from sidra.settled import SettledFiles
from sidra_metamodel.checking.verdicts import Verdicts
from sidra_metamodel.diagnostics import Diagnostic, Diagnostics, SidraError
from sidra_metamodel.layering.layers import LayerFolder
from sidra_metamodel.load import Language, Loaded
from sidra_metamodel.nodes import Node, Source


class EditedFiles(SettledFiles):
    """The files of the disk, and in place of some of them what an editor holds."""

    def __init__(self) -> None:
        self.texts: dict[Path, str] = {}
        self.places: dict[str, Path] = {}
        """The files by the paths that people are shown."""

    def read(self, path: Path, source: Source, diagnostics: Diagnostics) -> bytes | None:
        """Return what the editor holds of a file, else what the disk does."""
        self.places[source.path] = path
        text = self.texts.get(path)
        return super().read(path, source, diagnostics) if text is None else text.encode("utf-8", "surrogatepass")

    def stamp(self, path: Path) -> Hashable:
        """Return what is equal only while a file holds what it held; None for one that the editor holds."""
        return None if path in self.texts else super().stamp(path)

    def unsaved(self, folder: Path) -> Iterable[Path]:
        """Return the files that only the editor has."""
        new = (path for path in self.texts if path.suffix == ".yaml" and path.is_relative_to(folder))
        return [path for path in new if not path.exists()]


class Desk:
    """The configuration as the editor sees it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.files = EditedFiles()
        self.problem = ""
        """Why there is no configuration; empty where there is one."""
        self._environ = environ
        self._configuration: Configuration | None = None
        self._language: Language | None = None
        self._loaded: dict[str, Loaded] = {}
        self._whole: dict[tuple[str, str, str], Loaded] = {}
        self._good: dict[str, Loaded] = {}
        self._is_stale = False
        """Whether files changed since they were read."""
        self._granting: set[Path] = set()
        """The files that hold, or have held, what the group waives and bounds."""

    def begin(self, folder: Path) -> None:
        """Read the configuration that a folder belongs to, if it belongs to one."""
        home = next((each for each in (folder, *folder.parents) if _is_home(each)), folder)
        try:
            self._configuration = read_configuration(installation(self._environ, home), self.files)
        except (SidraError, OSError) as error:
            self.problem = str(error)
        self._note_granting()
        self._loaded.clear()

    @property
    def language(self) -> Language:
        """The language that files are written in; the built-in one where there is no configuration."""
        if self._configuration is not None:
            return self._configuration.language
        if self._language is None:
            self._language = load_plugins(()).language
        return self._language

    @property
    def affiliates(self) -> tuple[str, ...]:
        """The names of all affiliates."""
        return self._configuration.layers.affiliates if self._configuration is not None else ()

    def edit(self, path: Path, text: str | None) -> None:
        """Take what the editor holds of a file; None: what the disk has counts again."""
        for affiliate in self.seen_by(path)[:1]:
            if affiliate not in self._good:
                # What names there are before the first text is half-written, and after the last one that was.
                self.refresh()
                self.named(affiliate)
        if text is None:
            self.files.texts.pop(path, None)
        else:
            self.files.texts[path] = text
        self.changed()

    def changed(self) -> None:
        """Note that files are not what they were when they were read."""
        self._is_stale = True

    def refresh(self) -> None:
        """Read what has changed, if anything has; affiliates are loaded when they are asked for."""
        if not self._is_stale:
            return
        self._is_stale = False
        if self._configuration is not None:
            # What is typed must not push out what the last check on the command line remembers.
            again = self._configuration.reread()
            self._configuration = replace(again, verdicts=Verdicts(None)) if self.files.texts else again
        self._note_granting()
        self._loaded.clear()

    def _note_granting(self) -> None:
        if self._configuration is not None:
            found = (self.file_of(node.source.path) for _, _, node in self._configuration.layers.grants)
            self._granting.update(file for file in found if file is not None)

    def folder_of(self, path: Path) -> LayerFolder | None:
        """Return the layer that a file belongs to; None for a file outside of all."""
        if self._configuration is None:
            return None
        layers = self._configuration.layers
        others = (folder for found in layers.versions.values() for folder in found.folders)
        around = [folder for folder in (*layers.folders, *others) if path.is_relative_to(folder.path)]
        return max(around, key=lambda folder: len(folder.path.parts), default=None)

    def seen_by(self, path: Path) -> list[str]:
        """Return the affiliates that see a file; what the group waives and bounds counts for all of them."""
        own = self.folder_of(path)
        if self._configuration is None or own is None:
            return []
        layers = self._configuration.layers
        if path in self._granting:
            return list(layers.affiliates)
        return [name for name in layers.affiliates if any(one is own for one in layers.stack(name).folders)]

    def loaded(self, affiliate: str) -> Loaded | None:
        """Return what became of an affiliate with all that is typed so far."""
        if self._configuration is None:
            return None
        if affiliate not in self._loaded:
            try:
                self._loaded[affiliate] = self._configuration.load(
                    affiliate, datetime.datetime.now(datetime.UTC).date()
                )
            except SidraError:
                return None
        return self._loaded[affiliate]

    def whole(self, affiliate: str, kind: str, name: str) -> Loaded | None:
        """Return the last of the affiliate's configurations that has a document: a text half-written may be none."""
        found, key = self.loaded(affiliate), (affiliate, kind, name)
        if found is not None and (kind, name) in found.effective:
            self._whole[key] = found
        return self._whole.get(key, found)

    def named(self, affiliate: str) -> Loaded | None:
        """Return the last of the affiliate's configurations without errors, for the names that there are.

        What is half-written in one file, such as `attributes:` and nothing below it, must not take them away.
        """
        found = self.loaded(affiliate)
        if found is not None and found.model is not None:
            self._good[affiliate] = found
        return self._good.get(affiliate, found)

    def findings(self, affiliate: str) -> list[Diagnostic]:
        """Return what `sidra check` finds about an affiliate."""
        found = self.loaded(affiliate)
        if found is None or self._configuration is None:
            return []
        beside = place_findings(self._configuration.layers, affiliate, self._configuration.settings)
        return [*found.diagnostics, *beside]

    def file_of(self, shown: str) -> Path | None:
        """Return the file that people are shown by a path."""
        return self.files.places.get(shown)

    def shown(self, path: Path) -> str:
        """Return the path that people are shown of a file; empty for one that is not read."""
        return next((shown for shown, file in self.files.places.items() if file == path), "")

    def written(self, affiliate: str, kind: str, name: str) -> list[tuple[LayerFolder, Node]]:
        """Return what each layer of an affiliate says in a document, the lowest first."""
        if self._configuration is None:
            return []
        folders = self._configuration.layers.stack(affiliate).folders
        return [
            (folder, node)
            for folder in folders
            for found_kind, found_name, node in folder.documents
            if (found_kind, found_name) == (kind, name)
        ]


def _is_home(folder: Path) -> bool:
    return (folder / FILE).is_file() or any(folder.glob(f"affiliates/*/{LAYER}"))
