"""The first preload of the lessons in a folder to some languages: what is asked for, seconds of the processor
for a megabyte of lessons, or MB at the peak, `import-lessons` before it included.

The model answers at once, in a process of its own; storage is a folder.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path

from langassets_tests.servers.openai_server import OpenAIServer


def _run(given: dict[str, str], *command: str) -> float:
    """Seconds of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ours = [sys.executable, "-c", "from langassets.cli import main; main()", *command]
    subprocess.run(ours, env=os.environ | given, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    wanted, folder, languages = sys.argv[1:]
    with OpenAIServer() as server:
        given = {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "PREDEFINED_LANGUAGES": languages,
        }
        _run(given, "import-lessons", folder)
        seconds = _run(given, "run", "preload")
    if wanted == "memory":
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"{peak / (1e6 if sys.platform == 'darwin' else 1024):.1f}")
    else:
        size = sum(file.stat().st_size for file in Path(folder).glob("*.md"))
        print(f"{seconds / size * 1e6:.3f}")


if __name__ == "__main__":
    main()
