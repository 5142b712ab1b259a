"""Verbs of this room: waves (for who runs them), answering (for who holds a link), gathered (answers from elsewhere)."""

from .answering import Agreement, complete, delete_open, save
from .gathered import store_complete
from .participation import refresh_participation
from .waves import (
    campaign_of,
    close_wave,
    invite_late,
    make_campaign,
    make_wave,
    open_wave,
    renew_link,
    renew_links,
    send_again,
)

__all__ = [
    "Agreement",
    "campaign_of",
    "close_wave",
    "complete",
    "delete_open",
    "invite_late",
    "make_campaign",
    "make_wave",
    "open_wave",
    "refresh_participation",
    "renew_link",
    "renew_links",
    "save",
    "send_again",
    "store_complete",
]
