"""What a run may spend, and how often it may ask, whatever was planned."""

from dataclasses import dataclass, field
from decimal import Decimal

from langassets.translation.cost.prices import Prices
from langassets.translation.types import TokenUsage
from langassets.wording import counted


@dataclass(slots=True)
class SpendingLimits:
    """Counts what is spent and what is under way, in dollars and requests; None is no limit.

    What is under way counts as it was estimated until its answer says what it was.
    """

    prices: Prices = field(default_factory=Prices)
    max_cost: Decimal | None = None
    max_requests: int | None = None
    cost: Decimal = Decimal(0)
    requests: int = 0
    stopped: str | None = None
    """Why nothing more may be sent, once a limit is reached."""
    resting: bool = False
    """Whether nothing is sent for now, whatever the limits allow."""
    under_way: int = 0
    _reserved: Decimal = Decimal(0)

    @property
    def rests(self) -> str | None:
        """Why nothing is sent for now, None where it may be."""
        return "it waits for a cheaper way" if self.resting else None

    def holds(self, model: str, expected: TokenUsage) -> bool:
        """Whether a request may be sent. Where it may not, `stopped` says why; unless something is still
        under way that may turn out cheaper than expected."""
        if self.max_requests is not None and self.requests >= self.max_requests:
            self.stop(f"MAX_REQUESTS_PER_RUN is reached: {counted(self.requests, 'request')} sent")
        elif self.max_cost is not None:
            cost = self.prices.cost(model, expected)
            if cost is None:
                self.stop(f"MAX_COST_PER_RUN is set and the price of {model} is not known: set MODEL_PRICES")
            elif cost > 0 and self.cost + self._reserved + cost > self.max_cost:
                if not self.under_way:
                    self.stop(
                        f"MAX_COST_PER_RUN is reached: {self.cost:.4f} of {self.max_cost:g} dollars spent, "
                        f"and the next request would take about {cost:.4f}"
                    )
                return False
        return self.stopped is None

    def stop(self, reason: str) -> None:
        """Send nothing more in this run."""
        self.stopped = self.stopped or reason

    def sent(self, model: str, expected: TokenUsage) -> Decimal:
        """Note a request; what is returned goes to `settled` when it is over."""
        self.requests += 1
        self.under_way += 1
        cost = self.prices.cost(model, expected) or Decimal(0)
        self._reserved += cost
        return cost

    def withdrawn(self, expected_cost: Decimal) -> None:
        """Take back a request that was noted and not sent."""
        self.requests -= 1
        self.settled("", expected_cost, None)

    def settled(self, model: str, expected_cost: Decimal, usage: TokenUsage | None) -> None:
        """Note what a request was billed for, or may have been; None where nothing was asked of the model."""
        self.under_way -= 1
        self._reserved -= expected_cost
        if usage is not None:
            self.cost += self.prices.cost(model, usage) or Decimal(0)
