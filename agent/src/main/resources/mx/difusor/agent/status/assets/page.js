"use strict";

// Renews in place what is marked data-renew: one rendering, the server's, for the first view and for every later one.
const EVERY_MS = 5000;
// A tab in the background still tells the state by its title.
const EVERY_HIDDEN_MS = 30000;
const TIMEOUT_MS = 4000;

let heard = new Date();
let timer = 0;

async function fetched(address, cache) {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(address, { cache, signal: stop.signal });
    if (!answer.ok) {
      throw new Error(`HTTP ${answer.status}`);
    }
    return await answer.text();
  } finally {
    clearTimeout(limit);
  }
}

// Changes as little as it can: what is focused, selected, opened or scrolled stays so.
function morph(old, now) {
  if (old.isEqualNode(now)) {
    return;
  }
  if (old.nodeName !== now.nodeName) {
    old.replaceWith(document.importNode(now, true));
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = now.data;
    return;
  }
  for (const name of old.getAttributeNames()) {
    if (!now.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
  for (const name of now.getAttributeNames()) {
    if (old.getAttribute(name) !== now.getAttribute(name)) {
      old.setAttribute(name, now.getAttribute(name));
    }
  }
  morphChildren(old, now);
}

// A row that has a key is the same row wherever it now stands.
function morphChildren(old, now) {
  const keyed = new Map();
  for (const child of old.children) {
    if (child.dataset.key !== undefined) {
      keyed.set(child.dataset.key, child);
    }
  }
  let place = old.firstChild;
  for (const child of now.childNodes) {
    const key = child.dataset?.key;
    const same = key === undefined ? place : keyed.get(key);
    if (same === undefined || same === null || (key === undefined && place.dataset?.key !== undefined)) {
      old.insertBefore(document.importNode(child, true), place);
      continue;
    }
    if (same === place) {
      place = place.nextSibling;
    } else {
      old.insertBefore(same, place);
    }
    morph(same, child);
  }
  while (place !== null) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function show(page) {
  const version = (from) => from.querySelector("meta[name=agent]")?.content;
  if (version(page) !== version(document)) {
    // Another agent answers, with another page: its scripts too have to be its own.
    location.reload();
    return;
  }
  document.title = page.title;
  for (const now of page.querySelectorAll("[data-renew]")) {
    const old = document.querySelector(`[data-renew="${CSS.escape(now.dataset.renew)}"]`);
    if (old !== null) {
      morph(old, now);
    }
  }
}

function stale(is) {
  const banner = document.getElementById("stale");
  if (is && banner.hidden) {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" }).format(heard);
    document.getElementById("stale-since").textContent = `(${time})`;
    document.title = `⚠ ${document.title}`;
  }
  banner.hidden = !is;
  document.body.classList.toggle("stale", is);
}

async function renew() {
  clearTimeout(timer);
  try {
    const text = await fetched(location.href, "no-store");
    show(new DOMParser().parseFromString(text, "text/html"));
    heard = new Date();
    stale(false);
    await drawCharts();
  } catch {
    stale(true);
  }
  timer = setTimeout(renew, document.hidden ? EVERY_HIDDEN_MS : EVERY_MS);
}

// What the charts show stands in words beside them: where they cannot be had the page is still the newest.
async function drawCharts() {
  try {
    window.charts?.draw(JSON.parse(await fetched("dashboard.json", "no-cache")));
  } catch (error) {
    console.warn(error);
  }
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    renew();
  }
});
drawCharts();
timer = setTimeout(renew, EVERY_MS);
