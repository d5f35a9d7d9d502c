"""What a run costs the machine: time, CPU and memory."""

import sys
import time
from pathlib import Path

from langassets import lazy

if sys.platform != "win32":
    import resource


class ResourceUsage:
    """Time and CPU since this was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._cpu_started = time.process_time()

    @property
    def cpu_seconds(self) -> float:
        """CPU time of the process since the start, all threads together, in seconds."""
        return time.process_time() - self._cpu_started

    def metadata(self) -> dict[str, float]:
        """The figures, as they stand with a materialization."""
        return {
            "seconds": round(time.perf_counter() - self._started, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "peak_memory_mb": round(peak_memory() / 1e6, 1),
        }


def peak_memory() -> int:
    """The most memory that this process ever held, in bytes. A run is a process of its own."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's ru_maxrss begins with what the parent held when it started this process
        [peak] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(peak.split()[1]) * 1024
    if sys.platform == "win32":
        return int(lazy.psutil.Process().memory_info().peak_wset)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(held if sys.platform == "darwin" else held * 1024)  # macOS alone counts in bytes
