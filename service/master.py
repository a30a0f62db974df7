"""The gunicorn master: a new bundle at SIGHUP, and at SIGTERM unready before the stop."""

import logging
import mmap
import signal
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from model import BundleError, Tagger
from service.app import create_app
from service.settings import Settings

log = logging.getLogger(__name__)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn runs.

    :ivar stopping: a byte that all processes see: 1 once the service is about to stop.
    """

    def __init__(self, tagger: Tagger, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.stopping = mmap.mmap(-1, 1)
        self._tagger = tagger
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Put the options into gunicorn's own settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the master so that its workers share it."""
        app = create_app(self._tagger, self.settings)
        app.extensions["front"].stopping = lambda: self.stopping[0] == 1
        return app

    def reload(self) -> None:
        """Take up the bundle that is there now; a broken one changes nothing."""
        try:
            self._tagger = Tagger.load(self.settings.bundle)
        except BundleError as error:
            log.error("the new bundle is refused, the old one goes on: %s", error)  # noqa: TRY400
            return
        self.callable = None
        log.warning("bundle %s replaces the old one", self._tagger.version)

    def run(self) -> None:
        """Run until stopped."""
        Master(self).run()


class Master(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's master with time to drain."""

    def handle_term(self) -> None:
        """First be unready, then, when the time to drain is over or at a second SIGTERM, stop."""
        settings, stopping = self.app.settings, self.app.stopping
        if stopping[0] or not settings.drain:
            super().handle_term()
        stopping[0] = 1
        signal.signal(signal.SIGALRM, lambda *_: self.SIG_QUEUE.put(signal.SIGTERM))
        signal.setitimer(signal.ITIMER_REAL, settings.drain)
