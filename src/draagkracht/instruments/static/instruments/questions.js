"use strict";
// Questions in a page: what was answered, which questions that makes to be asked, and texts that carry an answer.
// questions(root) -> { all, asked(), read(one), write(one, value), raw(one), refill(one, text), wrong(one, shown), refresh() };
// a value is what the server stores: undefined for no answer, null for "rather not say", WRONG for what is none (yet).
self.questions = (root) => {
  const WRONG = questions.WRONG;
  const all = [...root.querySelectorAll(".question")];
  const tree = (element) => (element && element.dataset.show ? JSON.parse(element.dataset.show) : null);
  const parts = Object.fromEntries([...root.querySelectorAll(".section")].map((one) => [one.dataset.part, one]));
  const trees = new Map([...all, ...Object.values(parts)].map((one) => [one, tree(one)]));
  const conditional = [...trees.values()].some(Boolean);
  const fields = (one) => [...one.querySelectorAll("[name^='q.'], [name^='r.']")];
  const typed = (one) => one.querySelector(".typed");
  const declined = (one) => one.querySelector("[name^='n.']");
  const clean = (text) => text.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f\x7f]/g, " ").trim();

  function number(field) {
    const text = field.value.trim().replace(",", ".");
    const { decimals, min, max } = field.dataset;
    if (!/^-?\d{1,12}(\.\d{1,12})?$/.test(text)) return WRONG;
    const value = Number(text), digits = (text.split(".")[1] || "").replace(/0+$/, "").length;
    const fits = digits <= decimals && Math.abs(value) <= 1e9 && !(value < Number(min ?? -Infinity)) && !(value > Number(max ?? Infinity));
    return fits ? value : WRONG;
  }
  function line(field, kind) {
    if (field.validity.badInput) return WRONG;
    if (!field.value.trim()) return undefined;
    if (kind === "number") return number(field);
    const value = kind === "text" ? clean(field.value) : field.value.trim();
    if (kind === "text") return [...value].length <= field.dataset.longest ? value : WRONG;
    const low = field.min || (kind === "date" ? "1900-01-01" : ""); // while a year is typed, it is a year of long ago
    return value < low || (field.max && value > field.max) ? WRONG : value;
  }
  function ranked(inputs) {
    const placed = inputs.filter((one) => one.value.trim());
    if (!placed.length) return undefined;
    const order = [...placed].sort((a, b) => a.value - b.value);
    return order.length === inputs.length && order.every((one, at) => Number(one.value) === at + 1) ? order.map(option) : WRONG;
  }
  const option = (field) => Number(field.name.slice(field.name.lastIndexOf(".") + 1));

  function read(one) {
    const kind = one.dataset.kind, no = declined(one);
    if (!kind) return undefined;
    if (no && no.checked) return null;
    if (typed(one)) return line(typed(one), kind);
    if (kind === "ranking") return ranked(fields(one));
    const chosen = fields(one).filter((field) => field.checked).map((field) => field.value);
    if (!chosen.length) return undefined;
    if (kind === "multiple") return chosen.filter((value) => value !== "-").map(Number);
    return chosen[0] === "" ? null : Number(chosen[0]);
  }

  function write(one, value) {
    const kind = one.dataset.kind, no = declined(one);
    const given = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
    if (no) no.checked = value === null;
    if (typed(one)) typed(one).value = given.length ? shown(kind, value, typed(one)) : "";
    else if (kind === "ranking") { for (const field of fields(one)) field.value = given.indexOf(option(field)) + 1 || ""; order(one); }
    else for (const field of fields(one)) field.checked = field.value === "" ? value === null : field.value === "-" ? Array.isArray(value) && !value.length : given.includes(Number(field.value));
    look(one);
  }
  const language = (element) => (element.closest("[lang]") || document.documentElement).lang || "nl";
  const decimal = (value, tongue) => value.toLocaleString(tongue, { useGrouping: false, maximumFractionDigits: 6 });
  const shown = (kind, value, field) => (kind === "number" ? decimal(value, language(field)) : String(value));

  const label = (one, value) => {
    const field = fields(one).find((input) => (one.dataset.kind === "ranking" ? option(input) === value : input.value === String(value)));
    return field ? field.parentElement.querySelector(".what, span").textContent.trim() : "";
  };
  function words(one, value, tongue) {
    const kind = one.dataset.kind;
    if (Array.isArray(value)) {
      if (!value.length) return label(one, "-");
      return new Intl.ListFormat(tongue, { type: "conjunction" }).format(value.map((each) => label(one, each))).replace(", and ", " and ");
    }
    if (kind === "number") return decimal(value, tongue);
    if (kind === "date") return new Date(value + "T12:00").toLocaleDateString(tongue === "en" ? "en-GB" : tongue, { day: "numeric", month: "long", year: "numeric" });
    return kind === "text" || kind === "time" ? value : label(one, value);
  }

  // Remaining characters, and a calmer look for what was declined.
  function look(one) {
    const no = declined(one), left = one.querySelector(".left");
    if (no) one.classList.toggle("declined", no.checked);
    if (!left) return;
    const over = typed(one).dataset.longest - [...clean(typed(one).value)].length;
    left.textContent = (over < 0 ? left.dataset.over : left.dataset.left).replace("{n}", Math.abs(over));
    left.classList.toggle("over", over < 0);
  }
  function wrong(one, is) {
    const told = one.querySelector(".fault");
    if (told) told.hidden = !is;
    for (const field of [typed(one), ...one.querySelectorAll(".rank")]) if (field) field.setAttribute("aria-invalid", is);
  }

  // Who sees what: a condition looks at earlier questions only, and what is not asked counts as not answered.
  function refresh() {
    const seen = {}, by = {};
    const holds = (element) => !trees.get(element) || condition(trees.get(element), seen) === true;
    let part, passes = true;
    for (const one of all) {
      if (one.dataset.part !== part) { part = one.dataset.part; passes = holds(parts[part]); }
      const asked = passes && holds(one);
      one.classList.toggle("unasked", !asked);
      if ("disabled" in one) one.disabled = !asked;
      const value = asked ? read(one) : undefined;
      if (value === undefined || value === null || value === WRONG) continue;
      seen[one.dataset.code] = value;
      by[one.dataset.code] = one;
    }
    for (const place of root.querySelectorAll("[data-carry]")) {
      const code = place.dataset.carry;
      const text = code in seen ? words(by[code], seen[code], language(place)) : "…";
      if (place.textContent !== text) place.textContent = text;
    }
  }
  const asked = () => all.filter((one) => !one.classList.contains("unasked"));

  // Choices that exclude each other, before anybody reads the answer.
  root.addEventListener("change", (event) => {
    const field = event.target, one = field.closest(".question");
    if (!one) return;
    const no = declined(one);
    if (field.type === "checkbox" && field.checked) {
      const alone = field === no || field.value === "-";
      for (const other of one.querySelectorAll("input[type=checkbox]")) if (other !== field && (alone || other === no || other.value === "-")) other.checked = false;
    }
    look(one);
  }, true);
  root.addEventListener("input", (event) => {
    const one = event.target.closest(".question");
    if (!one || !event.target.matches(".typed")) return;
    if (declined(one)) declined(one).checked = false;
    wrong(one, false);
    look(one);
  }, true);

  // Ranking: a tap gives the next place, a tap on a place takes it back, arrows move it. The last one left gets its place by
  // itself: a tap on it keeps that place, and it goes again with the tap that takes another place back.
  const rows = (one) => [...one.querySelectorAll(".ranks li")];
  const field = (row) => row.querySelector(".rank");
  function order(one) {
    const list = one.querySelector(".ranks"), focused = document.activeElement;
    rows(one).map((row, at) => [Number(field(row).value) || 100 + at, row]).sort((a, b) => a[0] - b[0]).forEach(([, row]) => list.append(row));
    const placed = rows(one).filter((row) => field(row).value);
    for (const row of rows(one)) {
      const place = placed.indexOf(row);
      row.classList.toggle("placed", place >= 0);
      row.querySelector(".badge").textContent = place >= 0 ? place + 1 : "";
      row.querySelector(".what").setAttribute("aria-label", told(list, row));
      const [up, down] = row.querySelectorAll(".move");
      up.disabled = place < 1;
      down.disabled = place < 0 || place === placed.length - 1;
    }
    if (list.contains(focused)) (focused.disabled ? focused.closest("li").querySelector(".what") : focused).focus();
  }
  const told = (list, row) => {
    const place = field(row).value, text = row.querySelector(".what").textContent;
    return (place ? list.dataset.place.replace("{n}", place) : list.dataset.off).replace("{item}", text);
  };
  function ranks(one) {
    const list = one.querySelector(".ranks"), status = one.querySelector("[role=status]"), tap = one.querySelector("[data-tap]");
    let last = null; // the row that got its place by itself
    tap.textContent = tap.dataset.tap;
    one.querySelector(".fault").textContent = tap.dataset.fault;
    const toggle = (row) => {
      if (row === last && field(row).value) last = null;
      else if (field(row).value) {
        field(row).value = "";
        if (last) field(last).value = "";
        last = null;
      } else field(row).value = rows(one).filter((each) => field(each).value).length + 1;
      order(one);
      changed(row);
    };
    const changed = (row) => {
      const placed = rows(one).filter((each) => field(each).value), rest = rows(one).filter((each) => !field(each).value);
      if (rest.length === 1 && field(row).value) placed.push(last = rest[0]);
      placed.forEach((each, at) => { field(each).value = at + 1; });
      if (declined(one)) declined(one).checked = false;
      order(one);
      status.textContent = told(list, row);
      field(row).dispatchEvent(new Event("change", { bubbles: true }));
    };
    const move = (row, by) => {
      const placed = rows(one).filter((each) => field(each).value), at = placed.indexOf(row);
      [field(placed[at]).value, field(placed[at + by]).value] = [field(placed[at + by]).value, field(placed[at]).value];
      last = null;
      order(one);
      changed(row);
    };
    for (const row of rows(one)) {
      const text = row.querySelector(".what").textContent;
      const button = (kind, shows, act, says) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = kind;
        made.textContent = shows;
        if (says) made.setAttribute("aria-label", says.replace("{item}", text));
        made.addEventListener("click", act);
        return made;
      };
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.setAttribute("aria-hidden", "true");
      row.querySelector(".what").replaceWith(button("what", text, () => toggle(row)));
      row.prepend(badge);
      row.append(button("move", "↑", () => move(row, -1), list.dataset.up), button("move", "↓", () => move(row, 1), list.dataset.down));
    }
    order(one);
  }

  root.classList.add("scripted");
  for (const one of all) { if (one.dataset.kind === "ranking") ranks(one); look(one); }
  // What is typed but no answer yet.
  const raw = (one) => (one.dataset.kind === "ranking" ? fields(one).map((each) => [each.name, each.value]) : typed(one) ? typed(one).value : null);
  const refill = (one, text) => {
    if (Array.isArray(text)) { for (const [name, value] of text) { const each = fields(one).find((input) => input.name === name); if (each) each.value = value; } order(one); }
    else if (typed(one)) typed(one).value = text;
    look(one);
  };
  return { all, asked, conditional, parts, read, write, raw, refill, wrong, refresh };
};
self.questions.WRONG = Symbol("no answer");
