"use strict";
// A condition for answers by question code, as instruments/conditions has it on the server, which reads the text.
// Here it is a tree, [operation, part, ...]. No answer is null.
self.condition = (() => {
  const kind = (value) => (Array.isArray(value) ? "list" : typeof value);
  const yes = (value) => value === true;
  const there = (value) => value !== null;
  const finite = (number) => (Number.isFinite(number) ? number : null);
  const compare = {
    "=": (a, b) => a === b, "!=": (a, b) => a !== b,
    "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b,
  };
  const calculate = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => (b ? a / b : NaN), neg: (a) => 0 - a,
  };
  const sum = (all) => all.reduce((a, b) => a + b, 0);
  const call = { sum, mean: (all) => sum(all) / all.length, min: (all) => Math.min(...all), max: (all) => Math.max(...all) };

  return function evaluate([name, ...parts], answers) {
    if (name === "n" || name === "t") return parts[0];
    if (name === "v") return answers[parts[0]] ?? null;
    const values = parts.map((part) => evaluate(part, answers));
    const [a, b] = values;
    if (name === "and") return values.every(yes);
    if (name === "or") return values.some(yes);
    if (name === "not") return !yes(a);
    if (compare[name]) {
      if (!there(a) || !there(b)) return false;
      if (kind(a) !== kind(b) || kind(a) === "list") return name === "!=";
      return (kind(a) !== "boolean" || !/[<>]/.test(name)) && compare[name](a, b);
    }
    const numbers = values.filter((value) => kind(value) === "number");
    if (calculate[name]) return numbers.length === values.length ? finite(calculate[name](a, b)) : null;
    if (name === "answered") return there(a);
    if (name === "count") return values.filter(there).length;
    if (name === "includes") return kind(a) === "list" && numbers.length === 1 && a.includes(b);
    return numbers.length ? finite(call[name](numbers)) : null;
  };
})();
