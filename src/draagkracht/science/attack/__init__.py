"""The attacker: tries to find out about people from what was published, as a clever outsider would.

It shares nothing with the code that decides what is published: it starts from the published rows and from the rules as they
are written down. See docs/reference/audit.md.
"""

from draagkracht.science.attack.answers import hostile, usual
from draagkracht.science.attack.history import Damaged, Wave, wave
from draagkracht.science.attack.insiders import choices
from draagkracht.science.attack.telling import hidden_share
from draagkracht.science.attack.verdict import Narrowest, Verdict, attack

__all__ = ["Damaged", "Narrowest", "Verdict", "Wave", "attack", "choices", "hidden_share", "hostile", "usual", "wave"]
