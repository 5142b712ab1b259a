"""The export for research: the one exception to the release rule.

Only for the role of researcher, only answers of people who said yes to `research`, only with pseudonyms of one study, and
only after a check of k-anonymity and l-diversity. `insights.shared` never reaches this package.
"""
