"""Acts over several rows; each is one transaction with one audit line."""

from ..models import Account, AuditLine, Organisation


def audit(organisation: Organisation | None, account: Account | None, act: str, **detail) -> AuditLine:
    """Writes the one line of an act; call it inside the act's transaction. `detail`: counts and ids only."""
    line = AuditLine(organisation=organisation, account=account, act=act, detail=detail)
    line.save(force_insert=True)
    return line
