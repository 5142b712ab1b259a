"""How the product says no: one exception with a sentence that the user can act upon."""

from django.utils.functional import Promise


class Refusal(Exception):
    """Bad input or a state in which an act is impossible.

    `message` is a translated sentence for the person who is refused (no name, no answer in it); `status` the HTTP
    status of the page that shows it. Commands print the message and exit with 2.
    """

    def __init__(self, message: str | Promise, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
