"""Measurements of the bridge against its raw limits (README.md)."""
