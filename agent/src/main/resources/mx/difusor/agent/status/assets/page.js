"use strict";

// Renews the page's sections in place: one rendering, the server's, for the first view and for every later one.
const EVERY_MS = 5000;
const TIMEOUT_MS = 4000;

async function fresh() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: stop.signal });
    if (!answer.ok) {
      throw new Error(`HTTP ${answer.status}`);
    }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } finally {
    clearTimeout(timer);
  }
}

function show(page) {
  document.title = page.title;
  for (const now of page.querySelectorAll("section[id]")) {
    const old = document.getElementById(now.id);
    // What did not change stays, with its selection and its scroll.
    if (old !== null && old.outerHTML !== now.outerHTML) {
      old.replaceWith(now);
    }
  }
}

async function renew() {
  const stale = document.getElementById("stale");
  try {
    if (!document.hidden) {
      show(await fresh());
      stale.hidden = true;
    }
  } catch {
    stale.hidden = false;
  }
  setTimeout(renew, EVERY_MS);
}

setTimeout(renew, EVERY_MS);
