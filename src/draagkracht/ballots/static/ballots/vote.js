// The voting page: asks a blind signature for the ticket, then puts the ballot into the box, without ticket and without cookie.
"use strict";
(() => {
  const form = document.getElementById("vote");
  if (!form || !window.crypto || !crypto.subtle || !window.fetch || typeof BigInt === "undefined") return;
  const said = document.getElementById("said"), send = document.getElementById("send"), data = form.dataset;
  const place = "ballot:" + location.pathname;
  document.getElementById("plain").hidden = true;
  document.getElementById("blinded").hidden = false;

  // Kept in this window until the ballot lies in the box, so that trying again asks for the same signature.
  function seed() {
    let kept = null;
    try { kept = sessionStorage.getItem(place); } catch (error) { /* storage is off: the seed lives as long as the page */ }
    kept = kept || data.kept || Blind.hex(crypto.getRandomValues(new Uint8Array(32)));
    data.kept = kept;
    try { sessionStorage.setItem(place, kept); } catch (error) { /* as above */ }
    return kept;
  }

  async function post(url, body) {
    const answer = await fetch(url + "?l=" + document.documentElement.lang, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store",
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error("refused"), { told: told.message || "" });
    return told;
  }

  function answers() {
    const found = {};
    for (const [name, value] of new FormData(form)) if (name !== "seed" && value !== "") found[name] = value;
    return found;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    said.hidden = true;
    try {
      const made = await Blind.fromSeed(data.modulus, seed());
      const { signed } = await post(data.sign, { blinded: made.blinded });
      const signature = Blind.finalize(data.modulus, made, signed);
      await post(data.box, { key: made.key, signature, answers: answers() });
      try { sessionStorage.removeItem(place); } catch (error) { /* storage is off */ }
      form.reset();
      form.remove();
      const thanks = document.getElementById("thanks");
      thanks.hidden = false;
      thanks.querySelector("h1").focus();
    } catch (error) {
      said.textContent = error.told || data.again;
      said.hidden = false;
      said.focus();
      send.disabled = false;
    }
  });
})();
