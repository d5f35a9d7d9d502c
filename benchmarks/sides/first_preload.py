"""The first `run preload`, of 20 lessons to 3 languages: MB at its peak."""

import os
import random
import resource
import subprocess
import sys
from pathlib import Path

from langassets_tests.servers.openai_server import OpenAIServer

_WORDS = [
    *("river", "bridge", "water", "engine", "garden", "market", "window", "teacher", "student", "lesson"),
    *("number", "simple", "quick", "road", "light", "house", "green", "small", "large", "moving", "power"),
    *("wheel", "iron", "stone", "table", "paper"),
]


def _lessons(folder: Path) -> None:
    pick = random.Random(7)
    folder.mkdir()
    for number in range(20):
        said = "\n\n".join(f"{' '.join(pick.choices(_WORDS, k=14)).capitalize()}." for _ in range(7))
        (folder / f"{number:02}.md").write_text(f"# Lesson {number}\n\n{said}\n", encoding="utf-8")


def main() -> None:
    _lessons(Path("lessons"))
    with OpenAIServer() as server:
        given = {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "PREDEFINED_LANGUAGES": "en,he,ar,es",
        }
        for command in (["import-lessons", "lessons"], ["run", "preload"]):
            ours = [sys.executable, "-c", "from langassets.cli import main; main()", *command]
            subprocess.run(ours, env=os.environ | given, check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{peak / (1e6 if sys.platform == 'darwin' else 1024):.1f}")


if __name__ == "__main__":
    main()
