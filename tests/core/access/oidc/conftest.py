from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.identity_provider import CLIENT, SECRET, RunningProvider, running_provider

from sidra.access.admission import Provider
from sidra.access.oidc.provider import IdentityProvider


@pytest.fixture(scope="session")
def process() -> Iterator[RunningProvider]:
    """A provider in a process of its own."""
    with running_provider() as running:
        yield running


@pytest.fixture
def there(process: RunningProvider) -> RunningProvider:
    """The provider's process, honest again."""
    process.behave()
    return process


@pytest.fixture
def declared(there: RunningProvider, tmp_path: Path) -> Provider:
    """The provider as an operator declares it."""
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    return Provider(label={"en": "Company"}, issuer=there.issuer, client_id=CLIENT, client_secret_file=str(secret))


@pytest.fixture
def provider(declared: Provider) -> IdentityProvider:
    """The provider as Sidra knows it, which has asked it nothing yet."""
    return IdentityProvider("company", declared)
