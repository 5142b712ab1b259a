"""What must be true before anybody is served: databases up to date, no restore cut off, every erasure carried out."""

import logging

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.insights import rights
from draagkracht.ui.refusal import Refusal

log = logging.getLogger(__name__)
ALIASES = ("default", "vault")
MARKER = "RESTORING"


def prepare() -> None:
    """Raises Refusal with what to do when this installation can not serve yet. Replays the ledger of erasures."""
    if (settings.DATA / MARKER).exists():
        raise Refusal(_("A restore was cut off. Run `draagkracht restore` again before anything else."), 503)
    for alias in ALIASES:
        try:
            behind = unmigrated(alias)
        except OperationalError as error:
            raise Refusal(_("The database “%(alias)s” can not be reached.") % {"alias": alias}, 503) from error
        if behind:
            raise Refusal(_("The databases are not up to date. Run `draagkracht init`."), 503)
    # Where `collectstatic` would write; the server looks there first and complains of a folder that is not.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    count = rights.replay()
    if count:
        told = ngettext("%d erasure was carried out again.", "%d erasures were carried out again.", count) % count
        log.warning(told)


def unmigrated(alias: str) -> bool:
    """Migrations wait, or tables are missing. Raises OperationalError when the database can not be reached."""
    connection = connections[alias]
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return True
    tables = set(connection.introspection.table_names())
    return any(
        model._meta.db_table not in tables
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and router.allow_migrate_model(alias, model)
    )
