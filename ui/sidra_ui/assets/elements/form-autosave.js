// What is entered goes to the server as a draft, shortly after each pause; where it cannot, this browser keeps it.
import { isDirty, say } from "./form-guard.js";

const PAUSE_MS = 1200;
const AGAIN_MS = 10_000;
let timer;
let request;
let isSent = false;

async function keep(form) {
  const address = form.dataset.draft;
  if (!address || isSent || !form.isConnected) return;
  request?.abort();
  request = new AbortController();
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, signal: request.signal });
    if (answer.ok) say(form.dataset.kept, true);
  } catch (error) {
    if (error.name === "AbortError") return;
    say(form.dataset.waits, false);
    plan(form, AGAIN_MS);
  }
}

function plan(form, milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => keep(document.getElementById("record-form") ?? form), milliseconds);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form;
    if (form?.id === "record-form") plan(form, PAUSE_MS);
  });
}
addEventListener("online", () => {
  const form = document.getElementById("record-form");
  if (form && isDirty(form)) keep(form);
});
// Another language is another page: what is entered is kept first, and stands in the form there.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[hreflang]");
  const form = document.getElementById("record-form");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !form?.dataset.draft || !isDirty(form)) return;
  event.preventDefault();
  clearTimeout(timer);
  await keep(form);
  location.assign(link.href);
});
// Nothing of a form that is on its way shall come behind it.
document.addEventListener("submit", (event) => {
  if (event.target.id !== "record-form" || event.defaultPrevented) return;
  isSent = true;
  clearTimeout(timer);
  request?.abort();
});
addEventListener("pageshow", () => {
  isSent = false;
});
// Whoever leaves within the pause leaves nothing behind.
addEventListener("pagehide", () => {
  const form = document.getElementById("record-form");
  if (!form?.dataset.draft || isSent || !isDirty(form)) return;
  const entries = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  navigator.sendBeacon(form.dataset.draft, new URLSearchParams(entries));
});
