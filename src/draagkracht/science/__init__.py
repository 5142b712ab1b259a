"""Pure Python: scoring, reliability, agreement, change, disclosure, intervals. No Django, no network, no other room.

One rule for what cannot be computed: a whole result that cannot be computed raises ValueError and says why; a part of a
result (one person, one item, one group, one limit) that has no value is NaN within an array and None elsewhere.
"""
