"use strict";
// One question at a time, every answer saved at once, and nothing lost without a network. Without this script the page
// is one form. What waits to be sent lies in localStorage under the key of this invitation until it was acknowledged.
(() => {
  const $ = (id) => document.getElementById(id);
  if (!$("setting")) return;
  const read = (id) => JSON.parse($(id).textContent);
  const setting = read("setting");
  const NAME = "answers." + setting.key;
  const PAGES = "answer-pages";
  const HOME = location.pathname.split("/").slice(0, 3).join("/") + "/";
  // What is kept for a time without a network holds no answer: those lie in localStorage until the last day.
  const bare = document.documentElement.cloneNode(true);
  bare.querySelectorAll("[checked]").forEach((one) => one.removeAttribute("checked"));
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

  document.querySelectorAll("[data-wipe]").forEach((form) => form.addEventListener("submit", () => {
    stopped = true;
    forget();
  }));
  let stopped = false;
  if (document.querySelector("[data-done]")) { forget(); return; }
  const form = $("answer");
  if (!form) return;

  const words = read("words");
  const screens = [...form.querySelectorAll(".screen")];
  const last = screens.length - 1;
  const tab = Math.random().toString(36).slice(2, 9);
  let counter = 0, busy = false, finishing = false, tries = 0, timer = 0, now = 0, pointed = 0;

  // Old answers of other people on a shared phone, whose questionnaire is long over.
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith("answers.") && JSON.parse(localStorage[name]).until < Date.now() / 1000) localStorage.removeItem(name);
    }
  } catch { /* storage is closed */ }

  let state = { given: {}, queue: {}, rev: 0, until: setting.until, ...load() };
  if (setting.rev > state.rev) {
    // Answered elsewhere in the meantime: what this browser knew is brought up to date, what it never knew is not kept here.
    const knew = Object.keys(state.given);
    state.given = {};
    state.rev = setting.rev;
    for (const one of form.querySelectorAll("input[checked]")) {
      const code = one.name.slice(2);
      if (knew.includes(code)) state.given[code] = one.value === "" ? null : Number(one.value);
    }
  }
  store(state);

  // Another tab may have written: always change what is stored, never a copy from before.
  const change = (what) => { state = { ...state, ...load() }; what(state); store(state); };

  const radios = (code) => form.elements["q." + code];
  const chosen = (code) => [...radios(code)].find((one) => one.checked);
  const mark = (code, value) => { for (const one of radios(code)) one.checked = one.value === (value === null ? "" : String(value)); };
  const apply = () => {
    if (setting.stranger) return; // somebody else is signed in here
    for (const [code, value] of Object.entries(state.given)) if (radios(code)) mark(code, value);
    for (const [code, entry] of Object.entries(state.queue)) if (radios(code)) mark(code, entry[2]);
  };
  const known = (screen) => chosen(screen.dataset.code) || setting.elsewhere.includes(screen.dataset.code);
  const open = () => screens.slice(1, last).filter((screen) => !known(screen));

  const tell = (text) => { if ($("kept").textContent !== text) $("kept").textContent = text; };
  const warn = (text) => { $("alert").textContent = text; $("alert").hidden = !text; };

  function answer(code, value) {
    change((s) => {
      s.given[code] = value;
      s.queue[code] = [tab, ++counter, value, s.rev];
    });
    warn("");
    progress();
    tell(words.unsent);
    pump();
  }

  async function pump() {
    const sent = Object.entries(state.queue);
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
      for (const code of said.k || []) { delete s.given[code]; mark(code, undefined); }
    });
    if (said.k) warn(words.newer);
  }

  function refuse(said) {
    warn(said.message || words.unsent);
    if (said.item && state.queue[said.item]) { change((s) => { delete s.queue[said.item]; }); return; }
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
    if (event.key === NAME && event.newValue) { state = { ...state, ...load() }; apply(); progress(); pump(); }
  });

  async function finish() {
    if (finishing) return;
    finishing = true;
    form.elements.rev.value = state.rev;
    try {
      const reply = await fetch(form.action, {
        method: "POST",
        headers: { Accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      if (reply.status >= 500 || reply.status === 429) throw reply.status;
      const said = await reply.json();
      if (reply.ok) { stopped = true; await forget(); location.replace(said.next); return; }
      change((s) => { s.finish = false; });
      warn(said.message);
    } catch {
      warn(words.wait);
      later();
    }
    finishing = false;
    $("send").disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (now !== last) return go(now + 1);
    $("send").disabled = true;
    stopped = false;
    change((s) => { s.finish = true; });
    if (Object.keys(state.queue).length) { tries = 0; if (navigator.onLine === false) { warn(words.wait); $("send").disabled = false; } pump(); } else finish();
  });

  function progress() {
    const left = open();
    $("far").value = last - 1 - left.length;
    $("open").hidden = !left.length;
    $("open").replaceChildren();
    if (left.length) {
      const link = document.createElement("a");
      link.href = "#" + screens.indexOf(left[0]);
      link.textContent = words.first;
      $("open").append((left.length === 1 ? words.open1 : words.open.replace("%s", left.length)) + " ", link);
    }
  }

  const place = () => {
    if (location.hash === "#main") return now; // the link that skips to the content
    const wanted = location.hash === "#end" ? last : parseInt(location.hash.slice(1), 10) || 0;
    return setting.agreement && !state.agreed ? 0 : Math.max(0, Math.min(last, wanted));
  };
  const go = (at) => { location.hash = at === last ? "end" : at; show(at); };
  const focus = (screen) => { const head = now ? screen.querySelector("[tabindex]") : $("start"); if (head) head.focus({ preventScroll: true }); };

  function show(at, quiet) {
    now = at;
    screens.forEach((screen, i) => screen.classList.toggle("now", i === at));
    $("back").hidden = at === 0;
    if ($("agree")) $("agree").hidden = at > 0;
    form.classList.toggle("first", at === 0);
    $("next").hidden = at === last;
    $("next").textContent = at ? words.next : Object.keys(state.given).length || !setting.agreement ? words.go_on : words.begin;
    progress();
    scrollTo(0, 0);
    if (!quiet) focus(screens[at]);
  }

  function next() {
    if (now === 0) {
      change((s) => { s.agreed = true; });
      const left = open();
      return go(left.length ? screens.indexOf(left[0]) : last);
    }
    if (now < last) go(now + 1);
  }
  const back = () => { if (now) go(now - 1); };

  addEventListener("hashchange", () => { if (place() !== now) show(place()); });
  $("next").addEventListener("click", next);
  $("back").addEventListener("click", back);

  document.addEventListener("pointerdown", () => { pointed = Date.now(); });
  form.addEventListener("change", (event) => {
    const one = event.target;
    if (one.type !== "radio") return;
    answer(one.name.slice(2), one.value === "" ? null : Number(one.value));
    // Arrow keys choose while they move: only a tap or a number key goes on by itself.
    if ($("auto").checked && Date.now() - pointed < 800) { pointed = 0; const from = now; setTimeout(() => { if (now === from) next(); }, 280); }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target;
    if (event.key === "Enter" && target.type === "radio") { event.preventDefault(); return next(); }
    if (target.closest("a, button, summary, #more")) return;
    const here = [...screens[now].querySelectorAll("input[type=radio]")];
    if (event.key === "Enter") { event.preventDefault(); if (now < last) next(); }
    else if (event.key === "Backspace") { event.preventDefault(); back(); }
    else if (event.key === "ArrowDown" && target.type !== "radio" && here.length) { event.preventDefault(); (here.find((one) => one.checked) || here[0]).focus(); }
    else if (/^[1-9]$/.test(event.key) && here[event.key - 1]) { pointed = Date.now(); here[event.key - 1].focus(); here[event.key - 1].click(); }
  });

  const AUTO = "answers-auto";
  try { $("auto").checked = localStorage.getItem(AUTO) === "1"; } catch { /* not remembered */ }
  $("auto").addEventListener("change", () => {
    try { localStorage.setItem(AUTO, $("auto").checked ? "1" : "0"); } catch { /* not remembered */ }
  });

  apply();
  form.classList.add("live");
  $("steer").hidden = $("more").hidden = false;
  show(place(), true);
  pump();

  if (navigator.serviceWorker && self.caches) {
    navigator.serviceWorker.register("/sw.js").catch(() => {});
    const headers = { "Content-Type": "text/html; charset=utf-8", Expires: new Date(setting.until * 1000).toUTCString() };
    // The page that is here now is what opens without a network; no second request is made for it. The worker adds the
    // rules that every page of the product has, and drops the page after the last day.
    if (navigator.onLine !== false) caches.open(PAGES).then((kept) => kept.put(HOME, new Response(page, { headers }))).catch(() => {});
  }
})();
