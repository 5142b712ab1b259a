"""Blind RSA signatures: RSABSSA-SHA384-PSS-Deterministic of RFC 9474. Pure: no Django.

The signer signs a number of which it can not tell what it stands for; whoever blinded it takes the blinding off and holds
an ordinary RSA-PSS signature (SHA-384, MGF1 of the same, salt of 48 bytes). The message is 32 random bytes, so the
deterministic variant is enough. Tested with the vector of the specification.

Numbers are computed with Python's integers, whose time depends on their value: the signer hides its input behind a fresh
random factor first, so that who sends it can not steer what is timed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from math import gcd

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

SALT = 48
EXPONENT = 65537
BITS = 2048


class Malformed(ValueError):
    """A number that can not belong to this key, or a signature that does not hold."""


@dataclass(frozen=True)
class PrivateKey:
    """The signer's key: two primes; everything else follows from them."""

    p: int
    q: int

    @property
    def n(self) -> int:
        return self.p * self.q

    @property
    def public(self) -> "PublicKey":
        return PublicKey(self.n)

    def to_bytes(self) -> bytes:
        return f"{self.p:x}.{self.q:x}".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "PrivateKey":
        p, q = data.decode().split(".")
        return cls(int(p, 16), int(q, 16))


@dataclass(frozen=True)
class PublicKey:
    """What everybody may know: the modulus. The exponent is 65537."""

    n: int

    @property
    def length(self) -> int:
        return (self.n.bit_length() + 7) // 8


@dataclass(frozen=True)
class Blinded:
    """A blinded message, and what takes the blinding off again; the second never leaves whoever made it."""

    message: bytes
    inverse: int


def new_key() -> PrivateKey:
    """A fresh key of 2048 bits."""
    numbers = rsa.generate_private_key(EXPONENT, BITS).private_numbers()
    return PrivateKey(numbers.p, numbers.q)


def blind(key: PublicKey, message: bytes, salt: bytes, factor: int) -> Blinded:
    """RFC 9474, 4.2. `factor`: uniform in 1..n-1. Raises Malformed for a factor that has no inverse."""
    encoded = int.from_bytes(encode(message, key.n.bit_length() - 1, salt))
    if gcd(encoded, key.n) != 1 or gcd(factor, key.n) != 1 or not 0 < factor < key.n:
        raise Malformed
    blinded = encoded * pow(factor, EXPONENT, key.n) % key.n
    return Blinded(blinded.to_bytes(key.length), pow(factor, -1, key.n))


def sign(key: PrivateKey, blinded: bytes) -> bytes:
    """RFC 9474, 4.3: the same answer to the same input. Raises Malformed."""
    public, given = key.public, int.from_bytes(blinded)
    if len(blinded) != public.length or not 0 < given < public.n:
        raise Malformed
    hidden = secrets.randbelow(public.n - 2) + 2
    if gcd(hidden, public.n) != 1:
        raise Malformed
    signed = _power(key, given * pow(hidden, EXPONENT, public.n) % public.n)
    signed = signed * pow(hidden, -1, public.n) % public.n
    # A fault while computing would give the primes away: what does not hold is never handed out.
    if pow(signed, EXPONENT, public.n) != given:
        raise Malformed
    return signed.to_bytes(public.length)


def finalize(key: PublicKey, message: bytes, signed: bytes, inverse: int) -> bytes:
    """RFC 9474, 4.4: the signature itself. Raises Malformed when the signer did not do its work."""
    if len(signed) != key.length:
        raise Malformed
    signature = (int.from_bytes(signed) * inverse % key.n).to_bytes(key.length)
    if not holds(key, message, signature):
        raise Malformed
    return signature


def holds(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's signature of the message; verified by the library `cryptography`, not by code of our own."""
    public = rsa.RSAPublicNumbers(EXPONENT, key.n).public_key()
    scheme = padding.PSS(mgf=padding.MGF1(SHA384()), salt_length=SALT)
    try:
        public.verify(signature, message, scheme, SHA384())
    except InvalidSignature:
        return False
    return True


def encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, 9.1.1, with SHA-384 and MGF1."""
    size = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(size - len(salt) - len(digest) - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    parts = (hashlib.sha384(seed + number.to_bytes(4)).digest() for number in range(length // 48 + 1))
    return b"".join(parts)[:length]


def _power(key: PrivateKey, number: int) -> int:
    """number ** d mod n by way of both primes (Chinese remainders)."""
    p, q = key.p, key.q
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    in_p, in_q = pow(number, d % (p - 1), p), pow(number, d % (q - 1), q)
    return in_q + q * ((in_p - in_q) * pow(q, -1, p) % p)


def from_seed(key: PublicKey, seed: bytes) -> tuple[bytes, bytes, int]:
    """(ballot key, salt, factor) drawn from 32 random bytes: whoever asks again with the same seed asks for the same signature.

    SHA-512 of seed, label and a number, joined; 128 bits more than the modulus has, so that the remainder is even enough.
    The script of the voting page draws in the same way (static/ballots/blind.js).
    """

    def draw(label: bytes, length: int) -> bytes:
        parts = (hashlib.sha512(seed + label + bytes([number])).digest() for number in range(length // 64 + 1))
        return b"".join(parts)[:length]

    factor = int.from_bytes(draw(b"factor", key.length + 16)) % (key.n - 1) + 1
    return draw(b"ballot", 32), draw(b"salt", SALT), factor
