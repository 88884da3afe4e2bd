"""The self-test: the whole way to OrderFlow and back is tried, step by step (docs/problems.md)."""
