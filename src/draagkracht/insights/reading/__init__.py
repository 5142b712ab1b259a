"""The human gate for answers in own words: one reader, one text at a time, and a decision that has a name under it."""
