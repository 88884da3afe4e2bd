"""Rules that the shop makes: what is exported, what is held, and how much stock is kept back."""
