// Blind RSA signatures (RSABSSA-SHA384-PSS-Deterministic, RFC 9474) for the voting page: what ballots/blind.py does for the
// browser's side. The seed is drawn here and never leaves this window.
"use strict";
var Blind = (() => {
  const E = 65537n, SALT = 48;
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const number = (data) => BigInt("0x" + (hex(data) || "0"));
  const written = (value, length) => bytes(value.toString(16).padStart(2 * length, "0"));
  const joined = (...parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  };
  const hash = async (name, data) => new Uint8Array(await crypto.subtle.digest(name, data));
  const power = (base, exponent, n) => {
    let result = 1n;
    for (base %= n; exponent > 0n; exponent >>= 1n, base = base * base % n) if (exponent & 1n) result = result * base % n;
    return result;
  };
  const inverse = (value, n) => {
    let [a, b, x, y] = [value % n, n, 1n, 0n];
    while (b) { const q = a / b; [a, b, x, y] = [b, a - q * b, y, x - q * y]; }
    if (a !== 1n) throw new Error("no inverse");
    return ((x % n) + n) % n;
  };

  async function encode(message, bits, salt) {
    const size = Math.ceil(bits / 8);
    const digest = await hash("SHA-384", joined(new Uint8Array(8), await hash("SHA-384", message), salt));
    const block = joined(new Uint8Array(size - salt.length - digest.length - 2), Uint8Array.of(1), salt);
    const parts = [];
    for (let i = 0; i * 48 < block.length; i++) parts.push(await hash("SHA-384", joined(digest, Uint8Array.of(0, 0, 0, i))));
    const mask = joined(...parts);
    const masked = block.map((value, i) => value ^ mask[i]);
    masked[0] &= 0xff >> (8 * size - bits);
    return joined(masked, digest, Uint8Array.of(0xbc));
  }

  async function drawn(seed, label, length) {
    const parts = [], name = new TextEncoder().encode(label);
    for (let i = 0; i * 64 <= length; i++) parts.push(await hash("SHA-512", joined(seed, name, Uint8Array.of(i))));
    return joined(...parts).slice(0, length);
  }

  async function blind(modulus, message, salt, factor) {
    const n = BigInt("0x" + modulus), length = Math.ceil(n.toString(2).length / 8);
    const encoded = number(await encode(message, n.toString(2).length - 1, salt));
    return { blinded: hex(written(encoded * power(factor, E, n) % n, length)), inverse: inverse(factor, n), encoded, length };
  }

  async function fromSeed(modulus, seedText) {
    const n = BigInt("0x" + modulus), length = Math.ceil(n.toString(2).length / 8), seed = bytes(seedText);
    const factor = number(await drawn(seed, "factor", length + 16)) % (n - 1n) + 1n;
    const key = await drawn(seed, "ballot", 32);
    return { key: hex(key), ...(await blind(modulus, key, await drawn(seed, "salt", SALT), factor)) };
  }

  function finalize(modulus, made, signed) {
    const n = BigInt("0x" + modulus), signature = BigInt("0x" + signed) * made.inverse % n;
    if (power(signature, E, n) !== made.encoded) throw new Error("signature does not hold");
    return hex(written(signature, made.length));
  }

  return { fromSeed, finalize, blind, bytes, hex };
})();
if (typeof module !== "undefined") module.exports = Blind;
