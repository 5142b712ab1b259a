"""Blind signatures: the vector of the specification, and what must not hold. The script of the browser is held against the same."""

import json
import secrets
from pathlib import Path

import pytest

from draagkracht.ballots import blind

VECTOR = json.loads((Path(__file__).parent / "vector.json").read_text(encoding="utf-8"))
KEY = blind.PrivateKey(int(VECTOR["p"], 16), int(VECTOR["q"], 16))
MESSAGE, SALT = bytes.fromhex(VECTOR["msg"]), bytes.fromhex(VECTOR["salt"])
FACTOR = pow(int(VECTOR["inv"], 16), -1, KEY.n)


def test_each_step_gives_the_bytes_of_the_specification():
    assert blind.encode(MESSAGE, KEY.n.bit_length() - 1, SALT).hex() == VECTOR["encoded_msg"]
    blinded = blind.blind(KEY.public, MESSAGE, SALT, FACTOR)
    assert blinded.message.hex() == VECTOR["blinded_msg"]
    signed = blind.sign(KEY, blinded.message)
    assert signed.hex() == VECTOR["blind_sig"]
    assert blind.finalize(KEY.public, MESSAGE, signed, blinded.inverse).hex() == VECTOR["sig"]


@pytest.fixture(scope="module")
def key() -> blind.PrivateKey:
    return blind.new_key()


def test_what_is_drawn_from_a_seed_is_signed_and_holds(key):
    seed = secrets.token_bytes(32)
    message, salt, factor = blind.from_seed(key.public, seed)
    blinded = blind.blind(key.public, message, salt, factor)
    signature = blind.finalize(key.public, message, blind.sign(key, blinded.message), blinded.inverse)
    assert blind.holds(key.public, message, signature)
    assert not blind.holds(key.public, bytes(32), signature)
    assert not blind.holds(blind.new_key().public, message, signature)
    assert blind.from_seed(key.public, seed) == (message, salt, factor)


def test_the_signer_gives_the_same_answer_to_the_same_question_and_none_to_nonsense(key):
    given = secrets.randbelow(key.n).to_bytes(key.public.length)
    assert blind.sign(key, given) == blind.sign(key, given)
    for wrong in (b"", bytes(key.public.length), key.n.to_bytes(key.public.length), given + b"\0"):
        with pytest.raises(blind.Malformed):
            blind.sign(key, wrong)


def test_a_wrong_answer_of_the_signer_is_noticed(key):
    message, salt, factor = blind.from_seed(key.public, bytes(32))
    blinded = blind.blind(key.public, message, salt, factor)
    with pytest.raises(blind.Malformed):
        blind.finalize(key.public, message, blind.sign(key, blinded.message)[:-1] + b"\0", blinded.inverse)


def test_every_signing_fits_every_ballot_so_that_it_names_none(key):
    """For each ballot there is a factor under which it would have been the one that was signed: the signer sees nothing."""
    signings = []
    for _ in range(4):
        message, salt, factor = blind.from_seed(key.public, secrets.token_bytes(32))
        signings.append((blind.blind(key.public, message, salt, factor), message, salt))
    for made, _, _ in signings:
        for _, message, salt in signings:
            encoded = int.from_bytes(blind.encode(message, key.n.bit_length() - 1, salt))
            power = blind._power(key, int.from_bytes(made.message) * pow(encoded, -1, key.n) % key.n)
            assert blind.blind(key.public, message, salt, power).message == made.message


def test_a_key_survives_being_kept(key):
    assert blind.PrivateKey.from_bytes(key.to_bytes()) == key
