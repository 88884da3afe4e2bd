"""Tests of the one id and of traces."""
