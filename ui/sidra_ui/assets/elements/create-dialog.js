// A record that a lookup did not find is made in a dialog above the form, and chosen.
import { confirmed } from "./confirmed.js";

const DEEPEST = 2;
const open = [];

async function ask(address, options) {
  const answer = await fetch(address, { headers: { "HX-Request": "true", Accept: "text/html" }, ...options });
  const text = await answer.text();
  return new DOMParser().parseFromString(text, "text/html").body;
}

function show(dialog, body) {
  const form = body.querySelector(".create-form");
  const title = document.createElement("h2");
  title.className = "strong";
  title.id = `${form.id}-title`;
  title.textContent = form.dataset.title;
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.replaceChildren(title, form);
  window.htmx.process(form);
  (dialog.querySelector("sidra-errors") ?? form.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
}

function trouble() {
  return document.querySelector("sidra-toasts").dataset[navigator.onLine ? "failed" : "offline"];
}

// What was entered stays, and can be sent once more. The note stands above the form, which the server lays out anew.
function regret(dialog) {
  dialog.querySelector(":scope > [role=alert]")?.remove();
  const note = document.createElement("p");
  note.className = "error tone-red tfg";
  note.setAttribute("role", "alert");
  note.textContent = trouble();
  dialog.querySelector("h2").after(note);
  note.scrollIntoView({ block: "nearest" });
}

// What is entered in a dialog is kept nowhere: a question stands before it goes.
async function leave(dialog) {
  const text = dialog.querySelector(".create-form")?.dataset.leave;
  if (!("liveEntered" in dialog.dataset) || !text || (await confirmed(text))) dialog.close();
}

function within(dialog, lookupId) {
  dialog.addEventListener("submit", async (event) => {
    const form = event.target.closest(".create-form");
    if (!form || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.liveSent) return;
    form.dataset.liveSent = "yes";
    const sent = { method: "POST", body: new URLSearchParams([...new FormData(form)]) };
    const body = await ask(form.action, sent).catch(() => null);
    delete form.dataset.liveSent;
    const made = body?.querySelector("[data-created]");
    if (!made) return body?.querySelector(".create-form") ? show(dialog, body) : regret(dialog);
    dialog.close();
    const lookup = document.getElementById(lookupId)?.closest("sidra-lookup");
    lookup?.set(made.dataset.created, made.dataset.text);
  });
  dialog.addEventListener("input", () => (dialog.dataset.liveEntered = ""));
  dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && leave(dialog));
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave(dialog);
  });
  dialog.addEventListener("close", () => {
    open.splice(open.indexOf(dialog), 1);
    dialog.remove();
    document.getElementById(lookupId)?.focus();
  });
}

document.addEventListener("sidra:create", async (event) => {
  const level = open.length + 1;
  if (level > DEEPEST) return;
  event.preventDefault();
  const address = new URL(event.detail.href, location.href);
  address.searchParams.set("dialog", level);
  const dialog = document.createElement("dialog");
  dialog.className = "dialog creating";
  document.body.append(dialog);
  open.push(dialog);
  within(dialog, event.detail.field);
  dialog.showModal();
  try {
    show(dialog, await ask(address));
  } catch {
    dialog.close();
    document.dispatchEvent(new CustomEvent("sidra:toast", { detail: { text: trouble(), tone: "red" } }));
  }
});
