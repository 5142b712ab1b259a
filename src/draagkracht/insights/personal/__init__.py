"""One's own page: everything on it is one's own, read by oneself, and compared with nobody else.

`course` holds the own measures over time with their noise, `sentences` what may be said about them, `energy` what costs and
what gives, `beside` what was published about the own team, `pages` the pages.
"""
