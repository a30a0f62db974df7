"""Processes of this machine."""

import functools
import os

import pytest

from service.batch.errors import BatchError
from service.batch.workers import Workers


def test_a_worker_that_is_killed_ends_the_run_with_a_sentence():
    """It says what may be the cause and what to do, instead of waiting for ever."""
    calls = [functools.partial(os._exit, 9)] * 2
    with pytest.raises(BatchError, match="a worker was killed, perhaps for want of memory: call again to go on"):
        list(Workers(2).map(calls, 2))
