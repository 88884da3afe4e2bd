"""Getting a shop ready: Connect OrderFlow, the first steps, going live (docs/induction.md)."""
