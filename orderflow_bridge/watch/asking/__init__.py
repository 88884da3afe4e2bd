"""Asking OrderFlow how orders stand that it has had for long (docs/exports.md, "Ask OrderFlow")."""
