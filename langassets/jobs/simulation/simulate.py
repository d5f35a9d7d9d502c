"""What other settings of the tier would have done: the recorded usage replayed under many of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from langassets.database.connection import reading
from langassets.database.usage import lesson_usage, statistics
from langassets.errors import InputError
from langassets.jobs.evaluation.evaluate import dated_usage
from langassets.jobs.forecast import as_floats
from langassets.jobs.simulation.cost import LessonCosts
from langassets.locales import is_language_code, same_language
from langassets.services import Services
from langassets.tiering.backtest import BacktestResult, TierSetting, UsageHistory, best_in_hindsight, replay
from langassets.tiering.policy import TierPolicy
from langassets.tiering.recommendation import FEWEST_PERIODS, Recommendation, halves, recommend
from langassets.tiering.weights import DatedRequests
from langassets.wording import counted

TODAY, REPLACED = "today", "replaced system"
# From where on counters that were read too seldom make the history more guess than record.
_MOSTLY = 0.5
_STEP = 0.01


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """What to replay. Shares are from 0 to 1, times in days.

    Decisions fall `every` so many days. `by_period` weighs each period as a whole and takes the time
    before the history to have been like its first period, as exponential smoothing does; without it,
    usage is weighed day by day, with nothing before the first, as the asset does. `predefined` None
    stands for the languages that are predefined today, `min_requests` empty for today's. `price` is the
    share of requests that a language must bring to be worth holding, None for today's DEMOTE_SHARE.
    """

    every: int = 14
    since: date | None = None
    by_period: bool = False
    without: tuple[str, ...] = ()
    predefined: tuple[str, ...] | None = None
    half_lives: tuple[float, ...] = (7, 14, 28, 56, 112, 0)
    promote_shares: tuple[float, ...] = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08)
    demote_shares: tuple[float, ...] = (0.01, 0.02, 0.03, 0.04, 0.05)
    min_requests: tuple[int, ...] = ()
    price: float | None = None


@dataclass(frozen=True, slots=True)
class SimulatedSetting:
    """One setting, and how it would have fared.

    `coverage` is the share of requests whose language was frequent, and so preloaded; `best_possible`
    what a tier of the same mean size could have met at most, had it known the future. `languages` is the
    mean size of the tier. `translated` languages were translated once each, for `tokens` and `dollars`,
    expected and between which they are likely to lie (None: price unknown). `storage_bytes` is the mean.
    Each half of the periods has coverage and mean size. `role` is empty for all but a few.
    """

    role: str
    half_life_days: float
    promote_share: float
    demote_share: float
    min_requests: int
    coverage: float
    best_possible: float
    promotions: int
    demotions: int
    flaps: int
    languages: float
    translated: int
    tokens: int
    dollars: float | None
    dollars_lowest: float | None
    dollars_highest: float | None
    storage_bytes: int
    first_half: tuple[float, float]
    second_half: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A whole simulation: today's setting first, the replaced system's second, then the others.

    `frontier` has, for sizes of a tier, the most that it could have met. `recommended` says whether the
    `verdict`, in words, is to change something.
    """

    first_day: date
    last_day: date
    every: int
    periods: int
    requests: int
    contents: int
    contents_sampled: int
    model: str
    recommended: SimulatedSetting | None
    verdict: str
    cautions: tuple[str, ...]
    settings: tuple[SimulatedSetting, ...]
    frontier: tuple[tuple[float, float], ...] = field(repr=False)

    def trade_offs(self) -> Iterator[SimulatedSetting]:
        """Settings that no other beats in both requests met and size, the smallest tier first; each meets
        at least one request in a hundred more than the one before."""
        best = -_STEP
        for one in sorted(self.settings, key=lambda one: (one.languages, -one.coverage, one.promotions)):
            if one.coverage >= best + _STEP:
                best = one.coverage
                yield one


def simulate(services: Services, request: SimulationRequest | None = None) -> Simulation:
    """Replay the recorded usage; changes nothing.

    Raises `InputError` where there is too little of it, or where `request` cannot be met.
    """
    request = request or SimulationRequest()
    codes = (*request.without, *(request.predefined or ()))
    if wrong := [code for code in codes if not is_language_code(code)]:
        raise InputError(f"Not a language code: {', '.join(wrong)}. Give codes like 'he' or 'pt-BR'.")
    dated, predefined = _load(services, request)
    try:
        history = UsageHistory.from_dated(dated, request.every if request.by_period else 1)
        tried = _settings(services, request, predefined)
        results = replay(history, tried, request.every, settled_past=request.by_period)
    except ValueError as error:
        raise InputError(
            f"There is nothing to replay: {error}. Bring in a history with `langassets import-usage FILE`, "
            "or try again when there have been more evaluations."
        ) from None
    return _simulation(services, request, history, dated, results)


def _load(services: Services, request: SimulationRequest) -> tuple[list[DatedRequests], tuple[str, ...]]:
    """Dated requests, and the languages that are frequent in any case."""
    with reading(services.data) as connection:
        rows = [row for row in statistics.language_rows(connection) if is_language_code(row.language)]
        days = lesson_usage.daily_requests(connection)
        dated = dated_usage(rows, statistics.snapshots(connection), days, services.clock())
    predefined = request.predefined
    if predefined is None:
        marked = [row.language for row in rows if row.is_predefined]
        predefined = tuple(dict.fromkeys([*services.settings.predefined_languages, *marked]))
    kept = [piece for piece in dated if is_language_code(piece.language)]
    kept = [p for p in kept if not any(same_language(p.language, code) for code in request.without)]
    return list(_later(kept, request.since)), predefined


def _later(dated: Iterable[DatedRequests], since: date | None) -> Iterator[DatedRequests]:
    """What was requested from a day on; requests that are spread over it count in proportion."""
    if since is None:
        yield from dated
        return
    start = datetime.combine(since, time(), UTC)
    for piece in dated:
        if piece.start >= start:
            yield piece
        elif piece.end > start:
            yield DatedRequests(piece.language, start, piece.end, piece.between(start, None))


def _settings(
    services: Services, request: SimulationRequest, predefined: tuple[str, ...]
) -> list[TierSetting]:
    """Today's first, then the replaced system's, also where they are the same; no other twice."""
    now = services.settings
    minima = request.min_requests or (now.tier_min_requests,)
    today = TierPolicy(now.promote_share, now.demote_share, now.tier_min_requests, predefined)
    replaced = TierPolicy(0.05, 0.05, 0, predefined)
    first = [TierSetting(today, now.tier_half_life_days), TierSetting(replaced, 0)]
    others = [
        TierSetting(TierPolicy(enter, leave, least, predefined), half_life)
        for half_life, enter, leave, least in product(
            request.half_lives, request.promote_shares, request.demote_shares, minima
        )
        if leave <= enter
    ]
    return first + [one for one in dict.fromkeys(others) if one not in first]


def _simulation(
    services: Services,
    request: SimulationRequest,
    history: UsageHistory,
    dated: Sequence[DatedRequests],
    results: Sequence[BacktestResult],
) -> Simulation:
    """What came of the replay, in figures and words."""
    costs = LessonCosts(services)
    today, *others = results
    found = recommend(today, others, request.price)
    roles = [TODAY, REPLACED] + [""] * (len(others) - 1)

    def best(size: float) -> float:
        return best_in_hindsight(history, size, request.every)

    settings = [
        _setting(result, role, best(result.mean_size), costs)
        for result, role in zip(results, roles, strict=True)
    ]
    chosen = settings[results.index(found.chosen)] if found else None
    steps, largest = len(history.requests), max(result.mean_size for result in results)
    sizes = [number / 4 for number in range(round(4 * largest) + 2)]
    return Simulation(
        history.first_day,
        history.first_day + timedelta(days=steps * history.step_days - 1),
        request.every,
        len(today.periods),
        round(float(history.requests.sum())),
        costs.contents,
        costs.sampled,
        costs.model,
        chosen if found and found.holds else None,
        _verdict(len(today.periods), found, settings[0], chosen),
        tuple(_cautions(request.every, dated, costs.contents)),
        tuple(settings),
        tuple((size, best(size)) for size in sizes),
    )


def _setting(result: BacktestResult, role: str, best_possible: float, costs: LessonCosts) -> SimulatedSetting:
    policy = result.setting.policy
    ever = frozenset().union(*(period.frequent for period in result.periods))
    tokens, cost = costs.of(ever)
    first, second = ((half.coverage, half.mean_size if half.periods else 0.0) for half in halves(result))
    return SimulatedSetting(
        role,
        result.setting.half_life_days,
        policy.promote_share,
        policy.demote_share,
        policy.min_requests,
        result.coverage,
        best_possible,
        result.promotions,
        result.demotions,
        result.flaps,
        result.mean_size,
        len(ever),
        tokens,
        *as_floats(cost),
        round(result.mean_size * costs.bytes_per_language),
        first,
        second,
    )


def _verdict(
    periods: int, found: Recommendation | None, today: SimulatedSetting, chosen: SimulatedSetting | None
) -> str:
    if periods < FEWEST_PERIODS:
        return (
            f"Too short for a recommendation: {counted(periods, 'period is', 'periods are')} scored, "
            f"{FEWEST_PERIODS} are needed to choose on one half and to try it on the other."
        )
    if found is None or chosen is None:
        return "Nothing that was tried is better than today's settings on the first half: keep them."
    told = (
        f"TIER_HALF_LIFE_DAYS={chosen.half_life_days:g} PROMOTE_SHARE={chosen.promote_share:g} "
        f"DEMOTE_SHARE={chosen.demote_share:g} TIER_MIN_REQUESTS={chosen.min_requests}"
    )
    first = f"{_fared(chosen.first_half)}; today's {_fared(today.first_half)}"
    second = f"{_fared(chosen.second_half)}; today's {_fared(today.second_half)}"
    figures = f"chosen on the first half alone ({first}), tried on the second ({second})"
    if found.holds:
        return f"Better than today's on both halves: {told}, {figures}."
    return f"Keep today's settings. What did best, {told}, did not hold: {figures}."


def _cautions(every: int, dated: Sequence[DatedRequests], contents: int) -> Iterator[str]:
    total = sum(piece.requests for piece in dated)
    spread = sum(piece.requests for piece in dated if piece.end - piece.start > timedelta(days=every))
    if spread > _MOSTLY * total:
        yield (
            f"{spread / total:.0%} of the requests are known only by counters that were read more than "
            f"{counted(every, 'day')} apart, and are spread evenly over it: the replay shows less change "
            "than there was. Record requests by day (POST /api/usage), or replay the later part alone."
        )
    if not contents:
        yield "There are no lessons, so what they cost to translate and store cannot be said."


def _fared(half: tuple[float, float]) -> str:
    coverage, languages = half
    return f"{coverage:.1%} with {languages:.1f} languages"
