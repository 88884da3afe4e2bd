"""Tests of the room `timeline`."""
