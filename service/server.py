"""The service under gunicorn: the bundle is loaded once, before the workers are forked and before the port answers."""

import gc
import ipaddress
import logging
import logging.config
import os
import shutil
import socket
import sys
import tempfile
from typing import Any

from model import Tagger
from service.logs import log_config
from service.metrics import FOLDER
from service.settings import Settings

CONNECTIONS = 4096
"""Connections that a worker holds at a time; an idle one costs some ten kilobytes."""


class ServeError(Exception):
    """The service cannot start; the message says why in a sentence."""


def serve(settings: Settings) -> None:
    """Serve until stopped; says in one line on standard output where, once it answers.

    SIGHUP puts the bundle that is now at the same path in the place of the old one; SIGTERM stops when all running
    calls are answered.

    :raises ServeError: when the address cannot be used, or is public and anybody could call.
    :raises BundleError: when the bundle cannot be used.
    """
    if sys.platform == "win32":
        raise ServeError("gunicorn does not run on Windows: use WSL or the container")
    from service.master import Server

    _check_address(settings)
    _allow_connections()
    tagger = Tagger.load(settings.bundle)
    logging.config.dictConfig(log_config())
    folder, master = tempfile.mkdtemp(prefix="themetag-"), os.getpid()
    os.environ[FOLDER] = folder
    try:
        Server(tagger, settings, _options(tagger, settings)).run()
    finally:
        if os.getpid() == master:  # a worker's end passes here too
            shutil.rmtree(folder, ignore_errors=True)


def available_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_address(settings: Settings) -> None:
    host, port = settings.host, settings.port
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServeError(f"cannot serve on {host}:{port}: {reason.lower()}; choose another --host or --port") from error
    if not (ipaddress.ip_address(address[0]).is_loopback or settings.api_keys or settings.open):
        raise ServeError(
            f"{host} can be reached by others, and no key is asked for: make one with `themetag key`, "
            "or say --open if that is meant"
        )


def _allow_connections() -> None:
    """Open files, and so connections, up to what the system allows: the usual limit is a thousand."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def _announce(arbiter: Any, tagger: Tagger) -> None:
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    print(f"themetag {tagger.version} serves on http://{place}", flush=True)


def _child_exit(_arbiter: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _options(tagger: Tagger, settings: Settings) -> dict[str, Any]:
    from service.worker import Worker

    return {
        "bind": f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}",
        "workers": settings.workers or available_cores(),
        "worker_class": Worker,
        "worker_connections": CONNECTIONS,
        "keepalive": settings.keepalive,
        "graceful_timeout": settings.stop_timeout,
        "preload_app": True,
        "logconfig_dict": log_config(),
        "control_socket_disable": True,
        "when_ready": lambda arbiter: _announce(arbiter, tagger),
        "pre_fork": lambda _arbiter, _worker: gc.freeze(),  # the collector touches nothing loaded: pages stay shared
        "child_exit": _child_exit,
    }
