"""The processes that tag parts: this one, several of this machine, or those of a Dask cluster, all through joblib."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from service.batch.errors import BatchError, needs_extra

Result = TypeVar("Result")

PATIENCE = 30
"""Seconds that a scheduler has to answer."""


@dataclass(frozen=True)
class Workers:
    """How many processes of this machine, or the address of a Dask scheduler."""

    jobs: int = 1
    dask: str | None = None

    def is_here(self, count: int) -> bool:
        """Whether so many calls are made by this process."""
        return not self.dask and min(self.jobs, count) <= 1

    def map(self, calls: Iterable[Callable[[], Result]], count: int) -> Iterator[Result]:
        """The result of each call as it comes, in no order; a call may be made twice where a worker died.

        :param count: how many calls there are: no more processes are started.
        :raises BatchError: when the workers are gone, or cannot be reached.
        """
        if self.is_here(count):
            for call in calls:
                yield call()
        elif self.dask:
            with _dask(self.dask):
                yield from _parallel(calls, -1)
        else:
            try:
                yield from _parallel(calls, min(self.jobs, count))
            finally:
                from joblib.externals.loky import get_reusable_executor

                get_reusable_executor().shutdown(wait=True)


def _parallel(calls: Iterable[Callable[[], Result]], jobs: int) -> Iterator[Result]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        yield from Parallel(jobs, batch_size=1, return_as="generator_unordered")(delayed(call)() for call in calls)
    except TerminatedWorkerError as error:
        raise BatchError("a worker was killed, perhaps for want of memory: call again to go on") from error


@contextlib.contextmanager
def _dask(address: str) -> Iterator[None]:
    from joblib import parallel_config

    try:
        from distributed import Client
    except ImportError as error:
        raise needs_extra("distributed", "--dask") from error
    try:
        client = Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise BatchError(f"no Dask scheduler answers at {address}: {error}") from error
    with client, parallel_config(backend="dask", wait_for_workers_timeout=60):
        yield
