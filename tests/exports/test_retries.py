"""When something is tried again: pure rules."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.settling import RetryPolicy
from orderflow_bridge.common.leases import LONGEST_DELAY

MINUTE = timedelta(minutes=1)
POLICY = RetryPolicy(max_attempts=4, first_delay=5 * MINUTE, stuck_after=120 * MINUTE, rest=MINUTE)
PATIENT = RetryPolicy(
    max_attempts=100, first_delay=5 * MINUTE, stuck_after=120 * MINUTE, rest=MINUTE
)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 5), (2, 10), (3, 20)])
def test_the_delay_doubles_with_every_attempt(attempts, minutes):
    assert POLICY.delay_after(attempts, chance=lambda: 0.5) == minutes * MINUTE


def test_after_the_last_attempt_nothing_more_is_tried():
    assert POLICY.delay_after(4) is None


def test_the_delay_is_never_longer_than_six_hours_and_its_jitter():
    assert PATIENT.delay_after(99, chance=lambda: 0.5) == LONGEST_DELAY


@given(attempts=st.integers(1, 99), chance=st.floats(0, 1))
def test_chance_moves_a_delay_by_a_fifth_at_most(attempts, chance):
    middle = PATIENT.delay_after(attempts, chance=lambda: 0.5)
    delay = PATIENT.delay_after(attempts, chance=lambda: chance)

    assert middle is not None
    assert middle * 0.799 <= delay <= middle * 1.201
