"use strict";
// Opens the answer page and the help page without a network. It sends nothing: only the page itself sends answers.
const SHELL = "shell-" + PLACES.shell.join().length + "-" + PLACES.shell[0] + PLACES.shell[1] + PLACES.shell[2];
const PAGES = "answer-pages";
const RULES = ["Content-Security-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"];

// Each time the worker starts: pages of questionnaires that are over are thrown away.
(async () => {
  const pages = await caches.open(PAGES);
  for (const one of await pages.keys()) {
    const until = Date.parse((await pages.match(one))?.headers.get("Expires"));
    if (!(until > Date.now())) await pages.delete(one);
  }
})();

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELL).then((kept) => kept.addAll(PLACES.shell)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)))),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && /^\/a\/[^/]+\/$/.test(url.pathname)) event.respondWith(page(event.request, url));
  else if (event.request.mode === "navigate" && url.pathname === PLACES.help) event.respondWith(fetch(event.request).catch(() => kept(SHELL, PLACES.help)));
  else if (PLACES.shell.slice(0, 3).includes(url.pathname)) event.respondWith(kept(SHELL, url.pathname).then((found) => found || fetch(event.request)));
});

const kept = async (name, path) => (await caches.open(name)).match(path);

async function page(request, url) {
  try {
    const fresh = await fetch(request);
    // A link that was taken back or closed leaves nothing behind on the phone.
    if (fresh.status === 404 || fresh.status === 410) await (await caches.open(PAGES)).delete(url.pathname);
    return fresh;
  } catch {
    return again(url.pathname);
  }
}

// A kept page goes out under the same rules as every page of the product: those of the page that was kept at install.
async function again(path) {
  const [found, model] = await Promise.all([kept(PAGES, path), kept(SHELL, PLACES.offline)]);
  if (!found || !model) return model || Response.error();
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  for (const name of RULES) if (model.headers.has(name)) headers[name] = model.headers.get(name);
  return new Response(found.body, { headers });
}
