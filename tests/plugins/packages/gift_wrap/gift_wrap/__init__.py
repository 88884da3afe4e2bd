"""Gift wrap: orders that want paper, and the paper that is kept for them."""
