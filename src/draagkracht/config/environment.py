"""Reads the environment of the process: the only place that touches os.environ for configuration."""

import hashlib
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

PREFIX = "DRAAGKRACHT_"


class ConfigurationError(Exception):
    """A setting is missing or cannot be read; the message names the variable."""


def text(name: str, default: str = "") -> str:
    """Value of DRAAGKRACHT_<name>; DRAAGKRACHT_<name>_FILE names a file that holds it (container secrets)."""
    path = os.environ.get(f"{PREFIX}{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"{PREFIX}{name}_FILE={path}: {error.strerror}") from error
    return os.environ.get(f"{PREFIX}{name}", default)


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off and empty."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ConfigurationError(f"{PREFIX}{name}={value!r}: use 1 or 0")


def words(name: str, default: str = "") -> list[str]:
    """Comma separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(url: str, name: str) -> dict:
    """A Django DATABASES entry from `sqlite:///path` or `postgresql://user:secret@host:port/name`.

    Raises ConfigurationError when the scheme is another one.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "draagkracht.config.sqlite",
            "NAME": unquote(parts.path)[1:] if parts.path.startswith("//") else unquote(parts.path),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "draagkracht.config.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ConfigurationError(f"{PREFIX}{name}: expected sqlite:///… or postgresql://…, got {parts.scheme or 'nothing'}")


# What people type must survive a power cut (FULL), and what they erase must leave the file (secure_delete).
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"


def secret(name: str, data: Path, length: int = 50) -> str:
    """A secret from the environment, else from a file in the data folder, made on first use with mode 600."""
    value = text(name)
    if value:
        return value
    path = data / "secrets" / name.lower()
    if not path.exists():
        import secrets

        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = secrets.token_urlsafe(length)
        # O_EXCL: of two processes that start at once exactly one makes the file.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="utf-8").strip()
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(made)
    return path.read_text(encoding="utf-8").strip()


def cache_key(key: str, prefix: str, version: int) -> str:
    """Name under which the cache keeps a value: a hash, since a key may hold a network address."""
    return hashlib.sha256(f"{prefix}:{version}:{key}".encode()).hexdigest()
