import importlib
import socket
import warnings

import pytest
from pytest_socket import SocketConnectBlockedError


def test_no_test_reaches_beyond_loopback() -> None:
    outside = socket.socket()
    # The guard warns before it raises, and here a warning is an error.
    with pytest.raises((SocketConnectBlockedError, UserWarning)):
        outside.connect(("192.0.2.1", 80))


def test_a_test_may_talk_to_a_server_of_its_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_a_warning_is_an_error() -> None:
    with pytest.raises(FutureWarning):
        warnings.warn("this will change", FutureWarning, stacklevel=1)


@pytest.mark.parametrize(
    "library", ["pyramid.config", "granian.server", "webtest", "sqlalchemy", "playwright.sync_api"]
)
def test_a_library_we_build_on_imports_without_an_unexpected_warning(library: str) -> None:
    assert importlib.import_module(library).__name__ == library
