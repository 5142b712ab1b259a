import socket
import time
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller


class Mailbox:
    """A real SMTP server on loopback that keeps what it takes; `answers` says what it replies to an address."""

    def __init__(self, port: int) -> None:
        self.mails, self.answers, self.port, self.pause = [], {}, port, 0.0
        self._server = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        said = self.answers.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_MAIL(self, server, session, envelope, address, options):
        said = self.answers.get(address, "250 OK")
        if said.startswith("250"):
            envelope.mail_from = address
        return said

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0] in self.answers.get("break", ()):
            server.transport.abort()
            return "421 broken"
        time.sleep(self.pause)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 taken"

    @property
    def receivers(self) -> list[str]:
        return [address for addresses, _ in self.mails for address in addresses]

    def start(self) -> None:
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None


@pytest.fixture
def mailbox(settings):
    """A mail server that is down until `mailbox.start()`; the settings point to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.OUTBOX_DELIVERY = "smtp"
    box = Mailbox(port)
    yield box
    box.stop()
