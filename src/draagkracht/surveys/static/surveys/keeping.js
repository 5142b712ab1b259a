"use strict";
// What is kept on the phone, and how it gets to the server: in localStorage under the key of this invitation, until the
// server acknowledged it.
self.shelf = (setting) => {
  const NAME = "answers." + setting.key;
  const PAGES = "answer-pages";
  const HOME = location.pathname.split("/").slice(0, 3).join("/") + "/";
  // What is kept for a time without a network holds no answer: those lie in localStorage until the last day.
  const bare = document.documentElement.cloneNode(true);
  bare.querySelectorAll("[checked]").forEach((one) => one.removeAttribute("checked"));
  bare.querySelectorAll("input.typed, .rank").forEach((one) => one.setAttribute("value", ""));
  bare.querySelectorAll("textarea").forEach((one) => { one.textContent = ""; });
  bare.querySelectorAll("[data-carry]").forEach((one) => { one.textContent = "…"; });
  const page = "<!doctype html>" + bare.outerHTML;
  let memory = null; // stands in where a browser refuses storage

  const load = () => {
    try { return JSON.parse(localStorage.getItem(NAME)) || {}; } catch { return memory || {}; }
  };
  const store = (state) => {
    memory = state;
    try { localStorage.setItem(NAME, JSON.stringify(state)); } catch { /* kept in memory */ }
  };
  const forget = async () => {
    memory = null;
    try { localStorage.removeItem(NAME); } catch { /* nothing was stored */ }
    if (self.caches) await (await caches.open(PAGES)).delete(HOME);
  };

  // Old answers of other people on a shared phone, whose questionnaire is long over.
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("answers.") && JSON.parse(localStorage[name]).until < Date.now() / 1000) localStorage.removeItem(name);
    }
  } catch { /* storage is closed */ }

  // The page that is here now is what opens without a network; no second request is made for it. The worker adds the
  // rules that every page of the product has, and drops the page after the last day.
  const keepPage = () => {
    if (!navigator.serviceWorker || !self.caches) return;
    navigator.serviceWorker.register("/sw.js").catch(() => {});
    const headers = { "Content-Type": "text/html; charset=utf-8", Expires: new Date(setting.until * 1000).toUTCString() };
    if (navigator.onLine !== false) caches.open(PAGES).then((kept) => kept.put(HOME, new Response(page, { headers }))).catch(() => {});
  };
  return { NAME, load, store, forget, keepPage };
};

// The state of this browser and what of it waits to be sent. `here` are the answers that the server showed. `page` is told:
// tell(text) and warn(text), changed() by another tab, stays(codes) where a newer answer of another screen stays, blame(code, message) for what the
// server refused (false: no such question), answers() for the whole form, done() when sending it came to an end.
self.sending = (setting, words, kept, here, page) => {
  const { load, store, forget, NAME } = kept;
  const tab = Math.random().toString(36).slice(2, 9);
  const { tell, warn } = page;
  let counter = 0, busy = false, finishing = false, stopped = false, tries = 0, timer = 0;
  let state = { given: {}, queue: {}, drafts: {}, rev: 0, until: setting.until, ...load() };
  if (setting.rev > state.rev) {
    // Answered elsewhere in the meantime: what this browser knew is brought up to date, what it never knew is not kept here.
    const knew = Object.keys(state.given);
    state.given = {};
    state.rev = setting.rev;
    for (const code of knew) if (code in here) state.given[code] = here[code];
  }
  store(state);

  // Another tab may have written: always change what is stored, never a copy from before.
  const change = (what) => { state = { ...state, ...load() }; what(state); store(state); };

  const latest = (code) => {
    const value = state.queue[code] ? state.queue[code][2] : code in state.given ? state.given[code] : here[code];
    return value === "" ? undefined : value;
  };

  function answer(code, value) {
    change((s) => {
      s.given[code] = value;
      s.queue[code] = [tab, ++counter, value, s.rev];
      delete s.drafts[code];
    });
    warn("");
    tell(words.unsent);
    pump();
  }

  // As many as fit in one small request: long texts go one after the other.
  function batch() {
    let room = 15000;
    return Object.entries(state.queue).filter(([, entry], at) => {
      room -= JSON.stringify(entry[2]).length + 60;
      return at === 0 || room > 0;
    });
  }

  async function pump() {
    const sent = batch();
    if (busy || stopped) return;
    if (!sent.length) {
      tell(counter || Object.keys(state.given).length ? words.kept : "");
      if (state.finish) finish();
      return;
    }
    busy = true;
    clearTimeout(timer);
    const first = setting.agreement && !state.sent;
    const body = { v: setting.version, a: sent.map(([code, [t, n, value, base]]) => [t, n, code, value, base]) };
    if (first) body.c = setting.agreement;
    let again = true;
    try {
      const reply = await fetch(setting.save, {
        method: "POST",
        credentials: first ? "same-origin" : "omit",
        referrerPolicy: "no-referrer",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (reply.status >= 500 || reply.status === 429) throw reply.status;
      const said = await reply.json();
      tries = 0;
      if (reply.ok) accept(said, sent); else refuse(said);
    } catch {
      again = false;
      later();
    }
    busy = false;
    if (again) pump();
  }

  function accept(said, sent) {
    change((s) => {
      s.sent = true;
      s.rev = Math.max(s.rev, said.r);
      for (const [code, [t, n]] of sent) {
        const waiting = s.queue[code];
        if (waiting && waiting[0] === t && waiting[1] === n) delete s.queue[code];
      }
      for (const code of said.k || []) { delete s.given[code]; delete here[code]; }
    });
    if (said.k) { page.stays(said.k); warn(words.newer); }
  }

  function refuse(said) {
    if (state.queue[said.item]) {
      change((s) => { delete s.queue[said.item]; delete s.given[said.item]; });
      if (page.blame(said.item, said.message)) return;
    }
    warn(said.message || words.unsent);
    if (said.error === "consent-missing") change((s) => { s.sent = false; });
    stopped = true;
    tell(words.unsent);
  }

  function later() {
    tell(words.unsent);
    clearTimeout(timer);
    timer = setTimeout(pump, Math.min(60000, 1000 * 2 ** tries++) * (0.5 + Math.random()));
  }

  const wake = () => { if (document.visibilityState === "visible") { tries = 0; pump(); } };
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", wake);
  addEventListener("storage", (event) => {
    if (event.key === NAME && event.newValue) { state = { ...state, ...load() }; page.changed(); pump(); }
  });

  async function finish() {
    if (finishing) return;
    finishing = true;
    try {
      const reply = await fetch(setting.complete, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: page.answers(state.rev),
      });
      if (reply.status >= 500 || reply.status === 429) throw reply.status;
      const said = await reply.json();
      if (reply.ok) { stopped = true; await forget(); location.replace(said.next); return; }
      change((s) => { s.finish = false; });
      if (!page.blame(said.item, said.message, true)) warn(said.message);
    } catch {
      warn(words.wait);
      later();
    }
    finishing = false;
    page.done();
  }

  const finished = () => {
    stopped = false;
    change((s) => { s.finish = true; });
    if (!Object.keys(state.queue).length) return finish();
    tries = 0;
    if (navigator.onLine === false) { warn(words.wait); page.done(); }
    pump();
  };
  const stop = () => { stopped = true; };
  return { now: () => state, change, latest, answer, pump, finished, stop };
};
