"""What runs have shown of an estimate: how much more or less the model took than it said, by language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from langassets.translation.cost.expected import is_measured
from langassets.translation.types import TokenUsage

UNLEARNT, UNMEASURED = 0.15, 0.4
"""By what part an estimate may be off before anything is learnt: where the language is measured (none of 30
was off by more over lessons that had no part in the figures), and where only its script is."""

LEAST = 0.05
"""And after however much: lessons differ."""

# So many tokens of estimate weigh as much as what was known before: few, for how often texts are asked for
# again is a language's own, up to three times what another takes of the same model. The range narrows slower.
_WEIGHT, _OF_RANGE = 50, 500


class Experience(NamedTuple):
    """What was planned and what it took, of requests and tokens in and out; retries are in that."""

    planned: int = 0
    requests: int = 0
    likely_input: int = 0
    input: int = 0
    likely_output: int = 0
    output: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """By what an estimate is multiplied, and by what part it may then still be off."""

    requests: float = 1.0
    input: float = 1.0
    output: float = 1.0
    spread: float = UNLEARNT

    def of(self, requests: int, likely: TokenUsage) -> tuple[int, TokenUsage]:
        """Requests and tokens that are expected, where a plan has so many."""
        tokens = likely.input_tokens * self.input, likely.output_tokens * self.output
        return round(requests * self.requests), TokenUsage(*map(round, tokens))


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was learnt of one model, by language (tags)."""

    known: Mapping[str, Experience] = field(default_factory=dict)

    def of(self, language: str) -> Correction:
        """For a language: by its own runs, as far as they go, and by the model's others beyond."""
        everywhere = Experience(*map(sum, zip(Experience(), *self.known.values(), strict=True)))
        return _learnt(
            self.known.get(language, Experience()),
            _learnt(everywhere, Correction(), UNLEARNT),
            UNLEARNT if is_measured(language) else UNMEASURED,
        )


def _learnt(seen: Experience, before: Correction, spread: float) -> Correction:
    def ratio(took: int, planned: int, known: float, weight: float) -> float:
        return (took + weight * known) / (planned + weight)

    rest = _OF_RANGE / (_OF_RANGE + seen.likely_output)
    return Correction(
        ratio(seen.requests, seen.planned, before.requests, 0.1),
        ratio(seen.input, seen.likely_input, before.input, _WEIGHT),
        ratio(seen.output, seen.likely_output, before.output, _WEIGHT),
        LEAST + (spread - LEAST) * rest,
    )
