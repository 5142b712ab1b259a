"""Keys and the ledger of erasures live in a store of their own: the database `vault`."""


class VaultRouter:
    """Sends the app `vault` to the vault and everything else to the data; no relation crosses."""

    def db_for_read(self, model, **hints) -> str:
        return "vault" if model._meta.app_label == "vault" else "default"

    db_for_write = db_for_read

    def allow_relation(self, first, second, **hints) -> bool:
        return (first._meta.app_label == "vault") == (second._meta.app_label == "vault")

    def allow_migrate(self, db: str, app_label: str, **hints) -> bool:
        return (db == "vault") == (app_label == "vault")
