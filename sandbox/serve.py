"""Starts both servers in one process, each on its own port, over one state folder."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, TracebackType
from typing import IO, Self

import uvicorn
from starlette.types import ASGIApp

from sandbox import salesforce as sandbox_salesforce
from sandbox import sap_b1 as sandbox_sap_b1
from sandbox.certificates import make_certificates
from sandbox.clock import Clock
from sandbox.company import Company, CompanyError, read_company
from sandbox.context import ServerContext
from sandbox.control import Control
from sandbox.state import State

HOST = "127.0.0.1"
"""Loopback only: the sandbox guards nothing."""

_SERVERS: dict[str, ModuleType] = {
    "salesforce": sandbox_salesforce,
    "sap_b1": sandbox_sap_b1,
}
_START_SECONDS = 30.0
_STOP_SECONDS = 2


class ServeError(Exception):
    """A sandbox that can't start; the text says what to do."""


@dataclass(slots=True)
class Sandbox:
    """An opened state folder: the two servers' contexts, loaded and ready to be served."""

    company: Company
    clock: Clock
    contexts: dict[str, ServerContext]
    shared: State
    lock: IO[str]

    def close(self) -> None:
        """Keep the clock and close the state."""
        self.clock.close()
        for context in self.contexts.values():
            context.state.close()
        self.shared.close()
        self.lock.close()


def open_sandbox(
    company_folder: Path, state_folder: Path, report: Callable[[str], None] = lambda _: None
) -> Sandbox:
    """Open `state_folder`; what `company_folder` holds is loaded at the first time only.

    `report` is given one line for each step that takes a while. Raises CompanyError, and
    ServeError if another process serves this state.
    """
    company = read_company(company_folder)
    lock = _locked(state_folder)
    shared = State(state_folder / "sandbox.sqlite")
    clock = Clock(shared, company.clock)
    contexts = {}
    for name, module in _SERVERS.items():
        context = ServerContext(name, State(state_folder / f"{name}.sqlite"), clock, company)
        contexts[name] = context
        if context.state.setting("loaded") is None:
            report(f"Loading {company.name} into {name} …")
            with context.state.transaction():
                module.load_company(context, company_folder)
                context.state.set_setting("loaded", str(company_folder))
    return Sandbox(company, clock, contexts, shared, lock)


def _locked(state_folder: Path) -> IO[str]:
    """Hold the state folder for this process; the lock ends with the process, however it ends."""
    state_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (state_folder / "lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        message = (
            f"{state_folder} is already being served. Stop that sandbox, or give another --state."
        )
        raise ServeError(message) from error
    return lock


def environment(
    sandbox: Sandbox, addresses: dict[str, str], ca_file: Path | None = None
) -> dict[str, str]:
    """Addresses and credentials under the names that a `.env` uses."""
    found: dict[str, str] = {}
    for name, module in _SERVERS.items():
        found |= module.environment(sandbox.contexts[name], addresses[name])
    if ca_file is not None:
        found |= {"SALESFORCE_CA_FILE": str(ca_file), "SAP_B1_CA_FILE": str(ca_file)}
    return found


def create_apps(sandbox: Sandbox) -> dict[str, ASGIApp]:
    """Both servers' applications, each behind its control address."""
    return {
        name: Control(module.create_app(sandbox.contexts[name]), sandbox.contexts[name])
        for name, module in _SERVERS.items()
    }


def bind(port: int) -> socket.socket:
    """A socket on loopback; port 0 takes a free one. ServeError if the port is taken."""
    # The protocol is named because asyncio switches Nagle's delay off (40 ms an answer) only
    # on sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        message = (
            f"Port {port} is used by another program. Stop it, or choose another port"
            " (0 takes a free one)."
        )
        raise ServeError(message) from error
    return listener


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to whoever started both."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


@dataclass(slots=True)
class Listeners:
    """Both servers' sockets and uvicorn servers, before or while they run."""

    sockets: dict[str, socket.socket]
    servers: dict[str, uvicorn.Server]
    addresses: dict[str, str]
    ca_file: Path | None

    def stop(self) -> None:
        """Ask both to end after the requests in hand."""
        for server in self.servers.values():
            server.should_exit = True

    async def run(self) -> None:
        """Serve until stopped."""
        await asyncio.gather(
            *(server.serve(sockets=[self.sockets[name]]) for name, server in self.servers.items())
        )


def bind_both(salesforce_port: int, sap_port: int) -> dict[str, socket.socket]:
    """Both servers' sockets. ServeError if a port is taken."""
    sockets: dict[str, socket.socket] = {}
    try:
        for name, port in (("salesforce", salesforce_port), ("sap_b1", sap_port)):
            sockets[name] = bind(port)
    except ServeError:
        _close_all(sockets)
        raise
    return sockets


def _close_all(sockets: dict[str, socket.socket]) -> None:
    for taken in sockets.values():
        taken.close()


def prepare(
    sandbox: Sandbox, sockets: dict[str, socket.socket], with_tls: bool = False
) -> Listeners:
    """Servers on bound sockets; nothing is answered before `run`."""
    scheme = "https" if with_tls else "http"
    ca_file, certificate, key = (
        make_certificates(sandbox.shared.path.parent / "tls") if with_tls else (None, None, None)
    )
    addresses = {
        name: f"{scheme}://{HOST}:{listener.getsockname()[1]}" for name, listener in sockets.items()
    }
    servers: dict[str, uvicorn.Server] = {
        name: _Server(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                log_level="critical",
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=30,
                timeout_graceful_shutdown=_STOP_SECONDS,
                ssl_certfile=certificate,
                ssl_keyfile=key,
            )
        )
        for name, app in create_apps(sandbox).items()
    }
    return Listeners(sockets, servers, addresses, ca_file)


def serve_until_stopped(
    company_folder: Path,
    state_folder: Path,
    salesforce_port: int,
    sap_port: int,
    ready: Callable[[dict[str, str], dict[str, dict[str, str]]], None],
    report: Callable[[str], None],
    with_tls: bool = False,
) -> None:
    """Serve both in this thread until SIGINT or SIGTERM.

    `ready` is called once they answer, with their addresses by server and the environments
    'secret', 'jwt' and 'password'. Raises CompanyError, ServeError.
    """
    sockets = bind_both(salesforce_port, sap_port)
    try:
        sandbox = open_sandbox(company_folder, state_folder, report)
    except (CompanyError, ServeError):
        _close_all(sockets)
        raise
    try:
        listeners = prepare(sandbox, sockets, with_tls)
        plain = environment(sandbox, listeners.addresses, listeners.ca_file)
        keyed = sandbox_salesforce.jwt_environment(
            sandbox.contexts["salesforce"], listeners.addresses["salesforce"]
        )
        without_secret = {
            name: value for name, value in plain.items() if name != "SALESFORCE_CLIENT_SECRET"
        }
        with_password = sandbox_salesforce.password_environment(
            sandbox.contexts["salesforce"], listeners.addresses["salesforce"]
        )
        environments = {
            "secret": plain,
            "jwt": {**keyed, **without_secret},
            "password": {**plain, **with_password},
        }
        asyncio.run(_serve(listeners, lambda: ready(listeners.addresses, environments)))
    finally:
        sandbox.close()


async def _serve(listeners: Listeners, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, listeners.stop)
    serving = asyncio.create_task(listeners.run())
    while not serving.done() and not _all_started(listeners):
        await asyncio.sleep(0.01)
    if not serving.done():
        ready()
    await serving


def _all_started(listeners: Listeners) -> bool:
    return all(server.started for server in listeners.servers.values())


@dataclass(slots=True)
class RunningServers:
    """Both servers at work in a thread of this process; a context manager that stops them."""

    sandbox: Sandbox
    listeners: Listeners
    environment: dict[str, str]
    thread: threading.Thread = field(repr=False)

    @property
    def salesforce_url(self) -> str:
        """The Salesforce server's address."""
        return self.listeners.addresses["salesforce"]

    @property
    def sap_url(self) -> str:
        """The Service Layer's address, without `/b1s/v2`."""
        return self.listeners.addresses["sap_b1"]

    def context(self, name: str) -> ServerContext:
        """One server's state, clock, faults: 'salesforce' or 'sap_b1'."""
        return self.sandbox.contexts[name]

    def stop(self) -> None:
        """End both servers and close the state; may be called twice."""
        if self.thread.is_alive():
            self.listeners.stop()
            self.thread.join(timeout=2 * _STOP_SECONDS)
            self.sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start_servers(
    company_folder: Path,
    state_folder: Path,
    ports: Sequence[int] = (0, 0),
    with_tls: bool = False,
) -> RunningServers:
    """Start both servers in a thread and return when both answer.

    `ports` are Salesforce's and the Service Layer's; 0 takes a free one. Raises CompanyError,
    ServeError. With `with_tls` both speak HTTPS with a certificate of the sandbox's own.
    """
    sockets = bind_both(*ports)
    try:
        sandbox = open_sandbox(company_folder, state_folder)
    except (CompanyError, ServeError):
        _close_all(sockets)
        raise
    listeners = prepare(sandbox, sockets, with_tls)
    started = threading.Event()

    async def run() -> None:
        serving = asyncio.create_task(listeners.run())
        while not serving.done() and not _all_started(listeners):
            await asyncio.sleep(0.005)
        started.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="sandbox", daemon=True)
    thread.start()
    if not started.wait(_START_SECONDS):
        message = f"The sandbox did not answer within {_START_SECONDS:.0f} s."
        raise ServeError(message)
    settings = environment(sandbox, listeners.addresses, listeners.ca_file)
    return RunningServers(sandbox, listeners, settings, thread)
