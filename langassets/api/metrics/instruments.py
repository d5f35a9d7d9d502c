"""What the API counts of itself while it runs."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)


class Instruments:
    """Counters and histograms in a registry of their own, so that two applications never share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "langassets_api_requests",
            "Requests to the API by route (never by address, so that labels stay few), method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "langassets_api_request_seconds",
            "How long requests to the API took.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.usage_events = Counter(
            "langassets_api_usage_events",
            "Usage events that are in the database.",
            registry=self.registry,
        )
