"""The service under gunicorn: the bundle is loaded once, before the workers are forked and before the port answers."""

import os
import socket
import sys
from pathlib import Path
from typing import Any

from model import Tagger
from service.app import create_app
from service.settings import Settings


class ServeError(Exception):
    """The service cannot start; the message says why in a sentence."""


def serve(host: str, port: int, workers: int, bundle: Path | None, settings: Settings) -> None:
    """Serve until stopped; says in one line on standard output where, once it answers.

    :param port: 0 for any free one.
    :raises ServeError: when the address cannot be used.
    :raises BundleError: when the bundle cannot be used.
    """
    if sys.platform == "win32":
        raise ServeError("gunicorn does not run on Windows: use WSL or the container")
    _check_address(host, port)
    tagger = Tagger.load(bundle)
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": 4,
        "preload_app": True,
        "loglevel": "warning",
        "control_socket_disable": True,
        "when_ready": lambda arbiter: _announce(arbiter, tagger),
    }
    _make_server(create_app(tagger, settings), options).run()


def available_cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServeError(f"cannot serve on {host}:{port}: {reason.lower()}; choose another --host or --port") from error


def _announce(arbiter: Any, tagger: Tagger) -> None:
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    print(f"themetag {tagger.version} serves on http://{place}", flush=True)


def _make_server(app: Any, options: dict[str, Any]) -> Any:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    return Server()
