"""Acts over several rows; each is one transaction with one audit line."""
