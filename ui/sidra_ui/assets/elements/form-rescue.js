// What somebody entered outlasts the end of the session, and a database that is away: it waits in this tab.
import { refill } from "./form-refill.js";
import { release } from "./form-guard.js";
import { textsOf } from "./kept-text.js";

const UNSENT = "unsent";
const LOST = "lost";
const here = location.pathname + location.search;
const gate = document.querySelector(".gateway [name=next]");
const form = document.getElementById("record-form");

function read(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

function keep(event) {
  const edited = event.target.closest?.("#record-form") ?? event.target.form?.closest("#record-form");
  if (!edited) return;
  const entries = [...new FormData(edited)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  sessionStorage.setItem(UNSENT, JSON.stringify({ address: here, who: edited.dataset.who, isSent: event.type === "submit", entries }));
}

// Nothing of anybody's entries outlasts signing out, but those of a form that the session ended on.
function keepAtGate() {
  const found = read(UNSENT) ?? read(LOST);
  const texts = textsOf(gate.value);
  sessionStorage.clear();
  for (const [key, text] of texts) sessionStorage.setItem(key, text);
  if (found?.address === gate.value) sessionStorage.setItem(LOST, JSON.stringify(found));
}

// The form was sent and could not be saved: it is offered again where it was.
function keepMeanwhile() {
  const found = read(UNSENT) ?? read(LOST);
  sessionStorage.removeItem(UNSENT);
  if (!found) return;
  sessionStorage.setItem(LOST, JSON.stringify(found));
  document.querySelector(".notice .btn.primary")?.setAttribute("href", found.address);
}

if (gate) keepAtGate();
else if (document.querySelector("sidra-retry")) keepMeanwhile();
else {
  // What was sent from here and did not arrive; a form that came back refused has it already.
  const unsent = read(UNSENT);
  const lost = read(LOST) ?? (unsent?.isSent && !form?.hasAttribute("data-refused") ? unsent : null);
  for (const key of [UNSENT, LOST]) sessionStorage.removeItem(key);
  if (form && lost?.address === here && lost.who === form.dataset.who) refill(form, lost.entries);
}
for (const kind of ["input", "change", "submit"]) document.addEventListener(kind, keep);
// The page goes to where one signs in by itself: it need not ask whether to leave.
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.hx?.redirect) release();
});
