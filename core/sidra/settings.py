"""Where everything is and how it runs: read once, from `sidra.yaml` and `SIDRA_*`, into one frozen value."""

from __future__ import annotations

import dataclasses
import difflib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sidra.affiliates.addresses import Address, read_address
from sidra_metamodel.diagnostics import SidraError

FILE = "sidra.yaml"
LAYER = "layer.yaml"
KEY_FILE = "keys.json"
PREFIX = "SIDRA_"
MAX_PORT = 65535

Durability = Literal["full", "normal"]
Worker = Literal["beside", "apart"]
ReleaseMode = Literal["saved", "required"]
Callbacks = Literal["global", "loopback"]
LogLevel = Literal["debug", "info", "warning", "error"]
Value = str | int | list[str]


class SettingsError(SidraError):
    """A setting that is unknown, or has a value that cannot be."""

    code = "R001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; paths are absolute."""

    home: Path
    """The data folder: databases and caches."""
    affiliates: tuple[Path, ...]
    """One overlay folder each."""
    baseline: Path
    """The folder that holds the group's YAML."""
    host: str = "127.0.0.1"
    """The address to listen on; the default is this machine only."""
    port: int = 6543
    """The port to listen on."""
    proxies: int = 0
    """Your own proxies that each request passes: their `X-Forwarded-For` and `-Proto` count, with 0 nobody's do."""
    workers: int = 2
    """Processes that serve; with reload there is one."""
    plugins: tuple[str, ...] | None = None
    """Names of the plugins that may load; None = all that are installed."""
    log_level: LogLevel = "info"
    """What the log begins with: `debug`, `info`, `warning` or `error`."""
    upload_megabytes: int = 20
    """The largest file that a person may upload for a feed; an operator loads larger ones by `sidra feed run`."""
    export_rows: int = 10_000
    """The most rows that a person may export of a list at once."""
    bulk_rows: int = 5_000
    """The most records that a person may change at once."""
    bulk_undo_hours: int = 24
    """How long a person may take such a change back."""
    database: Address | None = None
    """The PostgreSQL database of affiliates with `store: {schema: …}`: `postgresql://host/name`, no password."""
    passfile: Path | None = None
    """The passwords of the affiliates' roles in PostgreSQL, in the format of libpq; `sidra store create` adds to it."""
    sign_in: Path | None = None
    """The file that says how people come in besides passwords: identity providers, and who proves a second factor."""
    jobs_database: str = ""
    """Where durable work is kept: `sqlite:///path` or `postgresql://host/name`; without it `jobs.db` in the home."""
    worker: Worker = "beside"
    """`beside`: `sidra serve` starts one that does durable work; `apart`: you run `sidra work` yourself."""
    callbacks: Callbacks = "global"
    """Where events may be sent: `global` addresses; `loopback`: also this machine, for demonstrations and tests."""
    releases: ReleaseMode = "saved"
    """`saved`: what is saved is in force; `required`: only what was applied by `sidra apply`, whatever is saved."""
    durability: Durability = "full"
    """`full` survives a power cut with each write, `normal` may lose the last ones."""
    keys: Path | None = None
    """The file of the keys that seal values at rest, made at first need; back it up apart from the databases."""

    @property
    def baselines(self) -> Path:
        """The folder of other versions of the baseline, one folder each, in the data folder."""
        return self.home / "baselines"

    @property
    def key_file(self) -> Path:
        """The file of the keys: in the data folder, unless another place was named."""
        return self.keys or self.home / KEY_FILE


def load_settings(environ: Mapping[str, str], directory: Path) -> Settings:
    """Return the settings of a directory: `SIDRA_*` variables win over `sidra.yaml`, which wins over defaults.

    Relative paths count from `directory`. Raises SettingsError for an unknown setting or a wrong value.
    """
    written: dict[str, tuple[str, Value]] = {
        name: (FILE, value) for name, value in _read_file(directory / FILE).items()
    }
    for variable, text in environ.items():
        if variable.startswith(PREFIX):
            written[variable.removeprefix(PREFIX).lower()] = (variable, text)
    defaults: dict[str, object] = {
        "home": directory / "var",
        "affiliates": _folders("affiliates/*", directory),
        "baseline": _installed_baseline(directory),
    }
    given = {name: _checked(name, value, where, directory) for name, (where, value) in written.items()}
    return Settings(**{**defaults, **given})  # type: ignore[arg-type]  # each value was made for the field of its name


def installation(environ: Mapping[str, str], directory: Path) -> Settings:
    """Return the settings of a directory that has affiliates, as every command wants them.

    Raises SettingsError as `load_settings` does, and where a folder of `affiliates` has no layer, or there is none.
    """
    settings = load_settings(environ, directory)
    for folder in settings.affiliates:
        if not (folder / LAYER).is_file():
            raise SettingsError(
                f"`affiliates` names {folder}, which has no {LAYER}", hint="mend the path, or add the file"
            )
    if not settings.affiliates:
        hint = f"run `sidra` in the folder that holds `{FILE}` and `affiliates`, or set SIDRA_AFFILIATES"
        raise SettingsError(f"there is no affiliate in {directory}", hint=hint)
    return settings


def _read_file(path: Path) -> dict[str, Value]:
    try:
        found = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise SettingsError(
            f"{path.name} cannot be read: {_first_line(error)}", hint="write `name: value` lines"
        ) from error
    if not isinstance(found or {}, dict):
        raise SettingsError(f"{path.name} is no map", hint="write `name: value` lines")
    return cast("dict[str, Value]", found or {})


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _installed_baseline(directory: Path) -> Path:
    spec = importlib.util.find_spec("sidra_baseline")
    return Path(spec.origin).parent if spec and spec.origin else directory / "baseline"


def _checked(name: str, value: Value, where: str, directory: Path) -> object:
    convert = _CONVERTERS.get(name)
    if convert is None:
        near = difflib.get_close_matches(name, _CONVERTERS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(sorted(_CONVERTERS))}"
        raise SettingsError(f"no setting `{name}` ({where})", hint=hint)
    try:
        return convert(value, directory)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"`{name}` cannot be `{value}` ({where})", hint=str(error)) from error


def _path(value: Value, directory: Path) -> Path:
    if not isinstance(value, str) or not value:
        raise ValueError("write a path")
    return (directory / Path(value).expanduser()).resolve()


def _folders(value: Value, directory: Path) -> tuple[Path, ...]:
    """Folders of a list, or of a text with colons between them; `*` stands for every folder that has a layer.yaml."""
    found: list[Path] = []
    for pattern in value if isinstance(value, list) else str(value).split(":"):
        if "*" in pattern:
            anchor = Path(pattern).anchor
            base, relative = (Path(anchor), pattern[len(anchor) :]) if anchor else (directory, pattern)
            found += [folder.parent.resolve() for folder in sorted(base.glob(f"{relative}/{LAYER}"))]
        elif pattern:
            found.append(_path(pattern, directory))
    return tuple(dict.fromkeys(found))


def _number(least: int, most: int) -> Callable[[Value, Path], int]:
    def convert(value: Value, _: Path) -> int:
        text = str(value).strip()
        number = int(text) if text.isascii() and text.isdecimal() else least - 1
        if not least <= number <= most:
            raise ValueError(f"write a number from {least} to {most}")
        return number

    return convert


def _text(value: Value, _: Path) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("write a text")
    return value


def _address(value: Value, _: Path) -> Address:
    try:
        return read_address(_text(value, _))
    except ValueError as error:
        # Not by its value, which may hold a password.
        raise SettingsError("`database` is no address of a PostgreSQL database", hint=str(error)) from None


def _jobs_address(value: Value, _: Path) -> str:
    text = _text(value, _)
    if not text.startswith(("sqlite:///", "postgresql://")):
        # Not by its value, which may hold a password.
        hint = "write `sqlite:///path` or `postgresql://host/name`"
        raise SettingsError("`jobs_database` is no address of a database", hint=hint)
    return text


def _names(value: Value, _: Path) -> tuple[str, ...]:
    return tuple(name for name in (value if isinstance(value, list) else str(value).split(",")) if name)


def _choice(*choices: str) -> Callable[[Value, Path], str]:
    def convert(value: Value, _: Path) -> str:
        if value not in choices:
            raise ValueError(f"write one of {', '.join(choices)}")
        return str(value)

    return convert


_CONVERTERS: Mapping[str, Callable[[Value, Path], object]] = {
    "home": _path,
    "affiliates": _folders,
    "baseline": _path,
    "host": _text,
    "port": _number(0, MAX_PORT),
    "proxies": _number(0, 9),
    "workers": _number(1, 64),
    "plugins": _names,
    "log_level": _choice("debug", "info", "warning", "error"),
    "upload_megabytes": _number(1, 2000),
    "export_rows": _number(1, 1_000_000),
    "bulk_rows": _number(1, 100_000),
    "bulk_undo_hours": _number(0, 24 * 14),
    "database": _address,
    "passfile": _path,
    "jobs_database": _jobs_address,
    "worker": _choice("beside", "apart"),
    "callbacks": _choice("global", "loopback"),
    "releases": _choice("saved", "required"),
    "durability": _choice("full", "normal"),
    "keys": _path,
    "sign_in": _path,
}

SETTINGS: tuple[str, ...] = tuple(field.name for field in dataclasses.fields(Settings))
"""The names of all settings, for the documentation's test."""
