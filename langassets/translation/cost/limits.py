"""What a run may spend, and how often it may ask, whatever was planned."""

from dataclasses import dataclass, field
from decimal import Decimal

from langassets.translation.cost.prices import Prices
from langassets.wording import counted


@dataclass(slots=True)
class SpendingLimits:
    """Counts what is spent and what is under way, in dollars and requests; None is no limit.

    What is under way counts as the most that it can cost until its answer says what it was: a limit is never
    overshot, and the last cents of it may be left. `named` is the setting that `max_cost` is from.
    """

    prices: Prices = field(default_factory=Prices)
    max_cost: Decimal | None = None
    max_requests: int | None = None
    named: str = "MAX_COST_PER_RUN"
    cost: Decimal = Decimal(0)
    requests: int = 0
    stopped: str | None = None
    """Why nothing more may be sent, once a limit is reached."""
    rests: str | None = None
    """Why nothing is sent for now, whatever the limits allow; None where it may be."""
    under_way: int = 0
    _reserved: Decimal = Decimal(0)

    def holds(self, model: str, most: Decimal | None) -> bool:
        """Whether a request may be sent that costs at most so much. Where it may not, `stopped` says why;
        unless something is still under way that may turn out cheaper."""
        if self.max_requests is not None and self.requests >= self.max_requests:
            self.stop(f"MAX_REQUESTS_PER_RUN is reached: {counted(self.requests, 'request')} sent")
        elif self.max_cost is not None:
            if most is None:
                self.stop(f"{self.named} is set and the price of {model} is not known: set MODEL_PRICES")
            elif most > 0 and self.cost + self._reserved + most > self.max_cost:
                if not self.under_way:
                    self.stop(
                        f"{self.named} is reached: {self.cost:.4f} of {self.max_cost:f} dollars spent, "
                        f"and the next request may take up to {most:.4f}"
                    )
                return False
        return self.stopped is None

    def stop(self, reason: str) -> None:
        self.stopped = self.stopped or reason

    def sent(self, most: Decimal) -> None:
        """Note a request with the most that it can cost, which goes to `settled` when it is over."""
        self.requests += 1
        self.under_way += 1
        self._reserved += most

    def withdrawn(self, most: Decimal) -> None:
        """Take back a request that was noted and not sent."""
        self.requests -= 1
        self.settled(most, Decimal(0))

    def settled(self, most: Decimal, billed: Decimal) -> None:
        """Note what a request was billed for; the most that it can have been where nobody knows."""
        self.under_way -= 1
        self._reserved -= most
        self.cost += billed
