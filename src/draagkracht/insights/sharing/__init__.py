"""Links for people without an account: who makes them, until when, and taking them back. What they open stands in `shared`."""
