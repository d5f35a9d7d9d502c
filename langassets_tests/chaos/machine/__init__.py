"""The life of a whole system, as Hypothesis invents it, and what must hold at every moment of it."""

from langassets_tests.chaos.machine.homes import Homes
from langassets_tests.chaos.machine.invariants import Invariants
from langassets_tests.chaos.machine.jobs import Jobs
from langassets_tests.chaos.machine.people import People


class SystemMachine(People, Jobs, Homes, Invariants):
    """People and jobs in one system, in any order, and another home beside it."""
