"""A fake OrderFlow, as the exports' tests have it."""

from tests.exports.conftest import orderflow

__all__ = ["orderflow"]
