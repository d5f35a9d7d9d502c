"""A thread that does something now and then while something else is under way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeated(action: Callable[[], None], every: float, name: str) -> Iterator[None]:
    """While the block runs, call `action` each time that `every` seconds have passed, from a thread of this
    name."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(every):
            action()

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
