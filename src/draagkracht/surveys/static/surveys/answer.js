"use strict";
// One question at a time, every answer saved at once, and nothing lost without a network. Without this script the page
// is one form. What is kept and sent stands in keeping.js; what the questions hold in questions.js of the instruments.
(() => {
  const $ = (id) => document.getElementById(id);
  if (!$("setting")) return;
  const read = (id) => JSON.parse($(id).textContent);
  const setting = read("setting");
  const kept = shelf(setting);
  let out = null;
  document.querySelectorAll("[data-wipe]").forEach((form) => form.addEventListener("submit", () => {
    if (out) out.stop();
    kept.forget();
  }));
  if (document.querySelector("[data-done]")) { kept.forget(); return; }
  const form = $("answer");
  if (!form) return;

  const words = read("words");
  const WRONG = questions.WRONG;
  const sheet = questions(form);
  const screens = [...form.querySelectorAll(".screen")];
  const last = screens.length - 1;
  let now = 0, pointed = 0, typing = 0, pressed = [];
  const touched = new Set(); // codes of what is typed here and no answer yet
  const stale = {}; // what is typed here where a newer answer of another screen stays

  function warn(text) { $("alert").textContent = text; $("alert").hidden = !text; }

  // What the server showed, as this page was made.
  const here = {};
  for (const one of sheet.all) {
    const value = sheet.read(one);
    if (value !== undefined && value !== WRONG) here[one.dataset.code] = value;
  }
  const byCode = Object.fromEntries(sheet.all.map((one) => [one.dataset.code, one]));
  setting.complete = form.action;
  out = sending(setting, words, kept, here, {
    tell: (text) => { if ($("kept").textContent !== text) $("kept").textContent = text; },
    warn,
    changed() { apply(); progress(); },
    stays(codes) {
      for (const one of codes.map((code) => byCode[code])) {
        if (sheet.raw(one) === null) sheet.write(one, undefined);
        else { touched.add(one.dataset.code); stale[one.dataset.code] = sheet.read(one); }
      }
      sheet.refresh();
      progress();
    },
    blame(code, message, there) {
      const one = byCode[code];
      if (one && there) go(screens.indexOf(one));
      if (one) blame(one, message);
      return Boolean(one);
    },
    answers: whole,
    done() { $("send").disabled = false; },
  });
  const { answer, change, latest } = out;

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const apply = () => {
    if (!setting.stranger) { // somebody else is signed in here
      for (const code of new Set([...Object.keys(out.now().given), ...Object.keys(out.now().queue)])) {
        const one = byCode[code];
        if (one && !touched.has(code) && !same(sheet.read(one), latest(code))) sheet.write(one, latest(code));
      }
    }
    sheet.refresh();
  };
  // What was typed before the page was loaded again; it may have become an answer meanwhile.
  const restore = () => {
    const left = Object.entries(setting.stranger ? {} : out.now().drafts).filter(([code]) => byCode[code]);
    for (const [code, text] of left) sheet.refill(byCode[code], text);
    for (const [code] of left) collect(byCode[code]);
  };
  const known = (one) => ![undefined, WRONG].includes(sheet.read(one)) || setting.elsewhere.includes(one.dataset.code);
  const asked = () => sheet.asked().filter((one) => one.dataset.kind);
  const open = () => asked().filter((one) => !known(one));

  // What stands in the fields becomes an answer as soon as it is one; until then it is kept here. False: it is none.
  function collect(one) {
    if (!one || !one.dataset.kind) return true;
    const code = one.dataset.code, value = sheet.read(one);
    clearTimeout(typing);
    if (value === WRONG) { draft(one); return false; }
    if (code in stale && same(value, stale[code])) return true;
    delete stale[code];
    touched.delete(code);
    if (!same(value, latest(code))) answer(code, value === undefined ? "" : value);
    else if (code in out.now().drafts) change((s) => { delete s.drafts[code]; });
    sheet.wrong(one, false);
    sheet.refresh();
    progress();
    return true;
  }
  function draft(one) {
    touched.add(one.dataset.code);
    change((s) => { s.drafts[one.dataset.code] = sheet.raw(one); });
  }
  function complain(one) {
    sheet.wrong(one, true);
    const field = one.querySelector(".typed, .what");
    if (field) field.focus();
  }

  function blame(one, message) {
    const told = one.querySelector(".fault");
    if (!told) return warn(message);
    told.textContent = message;
    draft(one);
    sheet.wrong(one, true);
  }

  // What was typed last is an answer too when the page goes out of sight.
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") collect(screens[now]); });

  // An empty field says nothing here: an answer that was taken back went ahead.
  function whole(rev) {
    form.elements.rev.value = rev;
    const says = ([name, value]) => {
      const field = form.querySelector(`[name="${name}"]`), one = field.closest(".question");
      return name !== "seen" && !(one && one.dataset.code in stale) && (value !== "" || !field.matches(".typed, .rank"));
    };
    return new URLSearchParams([...new FormData(form)].filter(says));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (now !== last) return next();
    const bad = asked().find((one) => sheet.read(one) === WRONG);
    if (bad) { go(screens.indexOf(bad)); return complain(bad); }
    $("send").disabled = true;
    out.finished();
  });

  function progress() {
    const left = open();
    $("far").max = asked().length;
    $("far").value = asked().length - left.length;
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
    return setting.agreement && !out.now().agreed ? 0 : seen(Math.max(0, Math.min(last, wanted)), 1);
  };
  // The screen here, or the next one in this direction that is asked.
  const seen = (at, by) => { while (screens[at].classList.contains("unasked")) at += by; return at; };
  const go = (at) => { location.hash = at === last ? "end" : at; show(at); };
  const focus = (screen) => { const part = document.querySelector(".section.now:not(.later) [tabindex]"), head = now ? part || screen.querySelector("[tabindex]") : $("start"); if (head) head.focus({ preventScroll: true }); };

  // The heading above the questions that belong together: in full above the first of them.
  function section(screen) {
    const first = sheet.asked().find((one) => one.dataset.part === screen.dataset.part);
    for (const [part, element] of Object.entries(sheet.parts)) {
      element.classList.toggle("now", part === screen.dataset.part);
      element.classList.toggle("later", screen !== first);
    }
  }
  // How many there are is said once nothing can be added or left out any more.
  function step(screen) {
    const told = screen.querySelector(".steps");
    if (!told || !sheet.conditional) return;
    const at = sheet.all.indexOf(screen);
    const trees = sheet.all.slice(at + 1).map((one) => (one.dataset.show || "") + ((sheet.parts[one.dataset.part] || one).dataset.show || "")).join();
    const loose = [...trees.matchAll(/"v","([^"]+)"/g)].some(([, code]) => sheet.all.indexOf(byCode[code]) >= at);
    told.textContent = (loose ? words.step : words.step_of).replace("%s", asked().indexOf(screen) + 1).replace("%n", asked().length);
  }


  function show(at, quiet) {
    now = at;
    screens.forEach((screen, i) => screen.classList.toggle("now", i === at));
    $("back").hidden = at === 0;
    if ($("agree")) $("agree").hidden = at > 0;
    form.classList.toggle("first", at === 0);
    $("next").hidden = at === last;
    $("next").textContent = at ? words.next : Object.keys(out.now().given).length || !setting.agreement ? words.go_on : words.begin;
    section(screens[at]);
    step(screens[at]);
    progress();
    scrollTo(0, 0);
    if (!quiet) focus(screens[at]);
  }

  function next() {
    if (now === 0) {
      change((s) => { s.agreed = true; });
      const left = open();
      return go(left.length && left.length < asked().length ? screens.indexOf(left[0]) : left.length ? seen(1, 1) : last);
    }
    if (!collect(screens[now])) return complain(screens[now]);
    if (now < last) go(seen(now + 1, 1));
  }
  const back = () => { collect(screens[now]); if (now) go(seen(now - 1, -1)); };

  addEventListener("hashchange", () => { if (place() !== now) show(place()); });
  $("next").addEventListener("click", next);
  $("back").addEventListener("click", back);

  document.addEventListener("pointerdown", () => { pointed = Date.now(); });
  form.addEventListener("change", (event) => {
    const field = event.target, one = field.closest(".question");
    if (!one) return;
    collect(one);
    // Arrow keys choose while they move: only a tap or a number key goes on by itself.
    if (field.type === "radio" && $("auto").checked && Date.now() - pointed < 800) { pointed = 0; const from = now; setTimeout(() => { if (now === from) next(); }, 280); }
  });
  // Nobody is told while still typing that it is not an answer yet.
  form.addEventListener("focusout", (event) => {
    const one = event.target.closest(".question");
    if (one && event.target.matches(".typed") && sheet.read(one) === WRONG) sheet.wrong(one, true);
  });
  form.addEventListener("input", (event) => {
    const one = event.target.closest(".question");
    if (!one || !event.target.matches(".typed")) return;
    draft(one);
    clearTimeout(typing);
    if (event.target.matches("textarea")) typing = setTimeout(() => collect(one), 1500);
  });

  const pick = (field) => { if (!field) return; pointed = Date.now(); field.focus(); field.click(); };
  function digit(key) {
    const fields = [...screens[now].querySelectorAll("input[type=radio], input[type=checkbox]")];
    if (screens[now].dataset.kind !== "scale") return pick(fields[key - 1]);
    const ten = key === "0" && pressed[0] === "1" && Date.now() - pressed[1] < 900;
    pressed = [key, Date.now()];
    pick(fields.find((field) => field.value === (ten ? "10" : key)));
    if (key === "1") pointed = 0; // it may become 10
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target, box = target.type === "radio" || target.type === "checkbox";
    if (target.matches("textarea")) return;
    if (event.key === "Enter" && (target.matches(".typed") || (box && target.closest(".question")))) { event.preventDefault(); return next(); }
    if (target.closest("a, button, summary, #more, .typed")) return;
    const radios = [...screens[now].querySelectorAll("input[type=radio]")];
    if (event.key === "Enter") { event.preventDefault(); if (now < last) next(); }
    else if (event.key === "Backspace") { event.preventDefault(); back(); }
    else if (event.key === "ArrowDown" && !box && radios.length) { event.preventDefault(); (radios.find((one) => one.checked) || radios[0]).focus(); }
    else if (/^[0-9]$/.test(event.key)) digit(event.key);
  });

  const AUTO = "answers-auto";
  try { $("auto").checked = localStorage.getItem(AUTO) === "1"; } catch { /* not remembered */ }
  $("auto").addEventListener("change", () => {
    try { localStorage.setItem(AUTO, $("auto").checked ? "1" : "0"); } catch { /* not remembered */ }
  });

  apply();
  restore();
  form.classList.add("live");
  $("steer").hidden = $("more").hidden = false;
  show(place(), true);
  out.pump();
  kept.keepPage();
})();
