"""How many requests there were, for comparison with what they weigh."""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from langassets.tiering.weights import DatedRequests


def count(dated: Iterable[DatedRequests], since: datetime | None = None) -> dict[str, float]:
    """For each language, how many requests there were, or were after `since`: the evidence of a decision."""
    counts = defaultdict[str, list[float]](list)
    for piece in dated:
        counts[piece.language].append(piece.between(since, None))
    return {language: math.fsum(parts) for language, parts in counts.items()}
