"""The secret part of the address of a shared link: its public id and a signature of the server.

Nothing that is stored leads to it. Former secrets (SECRET_KEY_FALLBACKS) count as long as they are configured, so that links
live through a change of the secret and end when it is taken away.
"""

from django.core.signing import BadSignature, Signer
from django_scopes import scopes_disabled

from draagkracht.insights.models import SharedLink

SALT = "draagkracht.insights.shared-link"


def _signer() -> Signer:
    return Signer(salt=SALT, sep="~")


def token(link: SharedLink) -> str:
    """The part of the address that opens a link."""
    return _signer().sign(link.public_id)


def find(text: str) -> SharedLink | None:
    """The link of a token; None for one that never was. Its state is for the caller to look at.

    A token that the server did not sign never reaches the database; signatures are compared in constant time.
    """
    try:
        public_id = _signer().unsign(text)
    except BadSignature:
        return None
    # The signature is the permission, for exactly one link: no other organisation can be asked for.
    with scopes_disabled():
        return SharedLink.objects.select_related("organisation", "release").filter(public_id=public_id).first()
