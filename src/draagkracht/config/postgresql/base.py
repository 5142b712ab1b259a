"""PostgreSQL, asked whether it still answers only after a pause.

Django's health check is one more round trip to each database in every request; for a saved answer that is a third of
all its statements. A connection that answered a moment ago is taken at its word.
"""

import time

from django.db.backends.postgresql import base

# Seconds of silence after which a connection is asked before it is used again.
PAUSE = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL backend with a health check that knows when the server answered last."""

    _answered = 0.0

    def close_if_health_check_failed(self) -> None:
        now = time.monotonic()
        if self.connection is not None and not self.errors_occurred and now - self._answered < PAUSE:
            self.health_check_done = True
        else:
            super().close_if_health_check_failed()
        self._answered = now
