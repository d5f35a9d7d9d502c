"""A `run preload` of the lessons in a folder to Spanish, French and Hebrew: seconds of the processor for a
megabyte of lessons.

The model answers at once, in a process of its own; storage is a folder.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

from langassets_tests.servers.openai_server import OpenAIServer


def main() -> None:
    with OpenAIServer() as server:
        given = {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "PREDEFINED_LANGUAGES": "en,es,fr,he",
        }

        def run(*command: str) -> float:
            begun = resource.getrusage(resource.RUSAGE_CHILDREN)
            ours = [sys.executable, "-c", "from langassets.cli import main; main()", *command]
            subprocess.run(ours, env=os.environ | given, check=True, stdout=subprocess.DEVNULL)
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            return used.ru_utime + used.ru_stime - begun.ru_utime - begun.ru_stime

        run("import-lessons", sys.argv[1])
        seconds = run("run", "preload")
    files = sum(file.stat().st_size for file in Path(sys.argv[1]).glob("*.md"))
    print(f"{seconds / files * 1e6:.3f}")


if __name__ == "__main__":
    main()
