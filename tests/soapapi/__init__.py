"""Tests of the SOAP endpoint."""
