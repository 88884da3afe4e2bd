"""What a connection test finds, step by step."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class Step(StrEnum):
    """What is tried, in this order; the settings are the caller's. A failure ends the test."""

    SETTINGS = "Settings"
    NAME = "Server name"
    LINE = "Connection"
    TLS = "Encryption (TLS)"
    API = "OrderFlow's API"
    LOGIN = "Login"
    ORGANISATION = "Organisation"
    CHANNEL = "Channel"


@dataclass(frozen=True)
class Finding:
    """What became of one step: a sentence, which says what to do if it failed."""

    step: Step
    state: State
    text: str


def passed(step: Step, text: str) -> Finding:
    """Say that a step went well."""
    return Finding(step, State.PASSED, text)


def failed(step: Step, text: str) -> Finding:
    """Say why a step did not go well, and what to do about it."""
    return Finding(step, State.FAILED, text)
