"""Processes forked from one that has loaded all that they may come to use.

Loading takes longer than most of them work, and the tests start hundreds.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

# There is one to fork from for all tests of a process, whatever they fork. A name that cannot be imported is
# passed over in silence.
_LOADED = ["langassets_tests.servers.everything", "langassets_tests.commands", "langassets_tests.chaos.job"]
_forked = multiprocessing.get_context("forkserver")
_forked.set_forkserver_preload(_LOADED)


def forked(target: Callable[..., object], *arguments: Any) -> BaseProcess:
    """A process that was started, to call `target` with these arguments."""
    process = _forked.Process(target=target, args=arguments)
    process.start()
    return process
