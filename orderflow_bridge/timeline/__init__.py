"""One story per order and per SKU: everything sent and received about it, newest first."""
