"""What was published, laid before the attacker. It reads rows of releases and nothing else: no answer, and no plan."""
