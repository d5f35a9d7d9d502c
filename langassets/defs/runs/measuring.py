"""What work costs the machine: time, CPU and memory."""

import time

import dagster as dg

from langassets.defs.runs.memory import peak_memory


class Meter:
    """Starts when it is made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._cpu_begun = time.process_time()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._begun

    @property
    def cpu_seconds(self) -> float:
        """CPU time of the process since the start, all threads together, in seconds."""
        return time.process_time() - self._cpu_begun

    def metadata(self) -> dict[str, dg.MetadataValue]:
        """The figures, as they stand with a materialization."""
        return {
            "seconds": dg.MetadataValue.float(round(self.seconds, 2)),
            "cpu_seconds": dg.MetadataValue.float(round(self.cpu_seconds, 2)),
            "peak_memory_mb": dg.MetadataValue.float(round(peak_memory() / 1e6, 1)),
        }
