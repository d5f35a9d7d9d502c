"""Answers of a model server that are held back, so that a test can look at what is under way."""

import threading

from langassets_tests.servers.model_replies import Asked, Reply


class Gate:
    """Holds a model's answers into one language back until it is opened."""

    def __init__(self) -> None:
        self.language = ""
        self.held: list[str] = []
        """The texts that were held back by now: what was under way."""
        self.reached = threading.Event()
        self._open = threading.Event()

    def close(self, language: str) -> None:
        self.language = language
        self.reached.clear()
        self._open.clear()

    def open(self) -> None:
        self.language = ""
        self._open.set()

    def __call__(self, asked: Asked, reply: Reply) -> Reply:
        if asked.target_language == self.language:
            self.held += asked.texts.values()
            self.reached.set()
            self._open.wait(300)
        return reply
