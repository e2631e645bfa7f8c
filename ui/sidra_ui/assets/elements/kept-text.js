// What is written in a box that leaves no draft on the server waits in this tab until it has arrived: who goes elsewhere,
// sends it in vain or has to sign in again finds it where it was.
const PREFIX = "text:";
const here = location.pathname + location.search;

function read(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

function note(box, isSent) {
  const key = PREFIX + box.dataset.keeps;
  if (!box.value) return sessionStorage.removeItem(key);
  sessionStorage.setItem(key, JSON.stringify({ text: box.value, address: here, isSent }));
}

// A box that stands empty after its text was sent says that it has arrived.
function restore() {
  for (const box of document.querySelectorAll("[data-keeps]")) {
    const key = PREFIX + box.dataset.keeps;
    const found = read(key);
    if (!found || box.value) continue;
    if (found.isSent) {
      sessionStorage.removeItem(key);
      continue;
    }
    box.value = found.text;
    if (found.isBack) box.closest("sidra-tabs")?.show(box.closest("[data-panel]")?.id);
  }
}

// Where one signs in: what was written at the address that follows did not arrive.
export function textsOf(address) {
  const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  return keys
    .map((key) => [key, read(key)])
    .filter(([, found]) => found.address === address)
    .map(([key, found]) => [key, JSON.stringify({ ...found, isSent: false, isBack: true })]);
}

document.addEventListener("input", ({ target }) => target.dataset?.keeps && note(target, false));
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented && !event.target.hasAttribute("hx-post")) return;
  for (const box of event.target.querySelectorAll("[data-keeps]")) note(box, true);
});
document.addEventListener("htmx:error", () => {
  for (const box of document.querySelectorAll("[data-keeps]")) note(box, false);
});
document.addEventListener("htmx:after:swap", restore);
restore();
