"""Comparing what OrderFlow holds with what it last sent (docs/stock.md, "Reconciliation")."""
