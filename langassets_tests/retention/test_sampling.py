"""How many deletions are tried: as few as tell, and never fewer."""

from fractions import Fraction
from math import comb
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from langassets.retention.sampling import DrillPolicy, sample_size


@given(population=st.integers(0, 400), share=st.integers(0, 1000).map(lambda n: n / 1000))
def test_a_sample_is_the_smallest_that_tells(population: int, share: float) -> None:
    """Held against the hypergeometric distribution in whole numbers."""
    size = sample_size(population, share)
    bad = int(population * share) + 1
    if share == 0 or bad > population:
        assert size == (population if share == 0 else 0)
        return

    def unseen(tried: int) -> Fraction:
        return Fraction(comb(population - bad, tried), comb(population, tried))

    assert 0 < size <= population
    assert unseen(size) <= Fraction(1, 20) < unseen(size - 1)


def test_where_there_is_much_it_is_three_by_the_share() -> None:
    for share in (0.01, 0.001, 0.0001):
        assert 0.97 < sample_size(10_000_000, share) / (3 / share) <= 1


@given(
    population=st.integers(0, 300), all_up_to=st.integers(0, 300), share=st.floats(0, 1), seed=st.integers()
)
def test_what_is_chosen_is_of_it_in_order_and_all_where_it_is_little(
    population: int, all_up_to: int, share: float, seed: int
) -> None:
    every = list(range(population))
    chosen = DrillPolicy(all_up_to, share).sample(every, Random(seed))
    assert chosen == sorted(set(chosen))
    assert set(chosen) <= set(every)
    assert chosen == every if population <= all_up_to else len(chosen) == sample_size(population, share)
