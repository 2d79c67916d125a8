"""What follows from a write: document defaults, stock, balances, journal, production."""
