"""What every test may ask for: the shared material, a browser, and Hypothesis' profiles."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

import jinja2
import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket
from playwright.sync_api import Browser
from tests.browsing import browsing
from tests.ordering import order
from tests.prepared import Forms, Prepared
from tests.proofs.counting import COUNTED, TABLE, Counts
from tests.servers import PostgresqlServer

from sidra.access.passwords import Passwords
from sidra.store.database import Store
from sidra.store.postgresql import PostgresqlStore

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
IN_CI = os.environ.get("CI") == "true"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# No deadline: two cores are shared, and a slow example is no wrong one. The first example of a property may compile
# what later ones reuse, which is what `too_slow` would complain of.
settings.register_profile(
    "dev", max_examples=50, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", parent=settings.get_profile("dev"), max_examples=100)
settings.register_profile("nightly", parent=settings.get_profile("dev"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


# What the Models of many tests hold is no garbage, and looking through it again and again took a tenth of the time.
gc.set_threshold(20_000, 10, 10)


def skip_or_fail(reason: str) -> NoReturn:
    """Skip on a person's machine, fail in CI, where everything must be there."""
    if IN_CI:
        pytest.fail(f"{reason}; in CI it must be there")
    pytest.skip(reason)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, those that take long come first."""
    if hasattr(config, "workerinput"):
        order(items)


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """What a proof counts, in words; `make prove` prints it."""
    found = Counts()
    yield found
    request.node.user_properties.append((COUNTED, dict(found)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests leave for people."""
    for report in terminalreporter.stats.get("passed", []):
        for name, lines in report.user_properties:
            if name == TABLE:
                terminalreporter.section(report.nodeid)
                terminalreporter.write_line("\n".join(lines))


class CompiledOnce(jinja2.BytecodeCache):
    """Templates as they were compiled for any environment of the run."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._known[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Every application has an environment of its own, and compiling its templates costs more than most tests do."""
    known, load = CompiledOnce(), jinja2.BaseLoader.load

    def load_known(self: jinja2.BaseLoader, environment: jinja2.Environment, *given: Any) -> jinja2.Template:  # noqa: ANN401
        environment.bytecode_cache = environment.bytecode_cache or known
        return load(self, environment, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.BaseLoader, "load", load_known)
        yield


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A server that a test starts sets up the log of this process; the next test has none, as people at terminals."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords cost nothing to make and to prove, but in tests of what they cost and in other processes."""
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sidra.access.accounts.Passwords", lambda: quick)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material beside the checkout, which users do not have: then the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("the folder `shared` is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def assets(root: Path) -> Path:
    """The folder of the files that `sidra assets` builds for browsers."""
    folder = root / "ui" / "sidra_ui" / "static"
    if not (folder / "manifest.json").is_file():
        skip_or_fail("the browser's files are not built; `sidra assets` builds them")
    return folder


@pytest.fixture(scope="session")
def axe(root: Path) -> str:
    """The script that finds what keeps people from using a page."""
    script = root / "ui" / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        skip_or_fail("axe is not installed; `sidra assets` installs it")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that journeys drive: `executable_path` of Playwright."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        skip_or_fail("no Chromium on PATH; `make test` installs it where it may")
    return Path(found)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """The browser of all tests of a process: there cannot be two."""
    with browsing(chromium) as running:
        yield running


@pytest.fixture(scope="session")
def postgresql() -> Path:
    """The folder of PostgreSQL's programs (`initdb`, `pg_ctl`)."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        skip_or_fail("no PostgreSQL server found; `make test` installs it where it may")
    return folders[-1]


@pytest.fixture(scope="session")
def postgresql_server(postgresql: Path) -> Iterator[PostgresqlServer]:
    """A PostgreSQL server that runs as long as the tests, each with a database or a schema of its own."""
    server = PostgresqlServer(postgresql)
    try:
        server.start()
        server.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
        server.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public", "template1")
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of an empty schema, which goes with the test."""
    url = postgresql_server.new_schema()
    yield url
    postgresql_server.drop_schema(url)


@pytest.fixture(params=("sqlite", "postgresql"))
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture
def place(request: pytest.FixtureRequest, kind: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where an empty store can be, on each database in turn: what `Store.open` takes."""
    if kind == "sqlite":
        return str(tmp_path_factory.mktemp("store") / "sn.db")
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def store_address(store: Store) -> str:
    """What another process opens the store of a test by."""
    return store._url if isinstance(store, PostgresqlStore) else store.where


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    """The stores that tests share one after the other."""
    return Forms(tmp_path_factory.mktemp("forms"))


@pytest.fixture
def prepared(request: pytest.FixtureRequest, kind: str, forms: Forms) -> Prepared:
    """Lends stores that have their tables already, on each database in turn."""
    return Prepared(forms, request.getfixturevalue("postgresql_server") if kind == "postgresql" else None)
