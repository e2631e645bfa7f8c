// Ctrl+S and Ctrl+Enter save; Escape and "Cancel" leave, with a question where something is entered.
import { isDirty, release } from "./form-guard.js";

function formOf(target) {
  return target.closest?.("dialog[open] .create-form") ?? target.closest?.("form") ?? document.getElementById("record-form");
}

function leave(form, address) {
  const question = document.getElementById("leaving");
  if (!isDirty(form) || !question) return location.assign(address);
  question.showModal();
  question.querySelector("[data-stay]").focus();
}

document.addEventListener("keydown", (event) => {
  const isSave = (event.ctrlKey || event.metaKey) && (event.key === "Enter" || event.key.toLowerCase() === "s");
  if (isSave && !event.isComposing) {
    const form = formOf(event.target);
    const button = form?.querySelector("button.primary[type=submit]");
    if (!button || form.method !== "post") return;
    event.preventDefault();
    if (!button.disabled) form.requestSubmit(button);
  } else if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
    const form = document.getElementById("record-form");
    const cancel = form?.querySelector("[data-cancel]");
    const isElsewhere = document.querySelector("dialog:modal, [data-live-open], .menu:not([hidden])");
    if (!cancel || isElsewhere || !form.contains(event.target)) return;
    event.preventDefault();
    leave(form, cancel.href);
  }
});
document.addEventListener("click", (event) => {
  const form = document.getElementById("record-form");
  if (!form || !event.target.closest?.("#record-form, #leaving")) return;
  if (event.target.closest("[data-cancel]") && isDirty(form)) {
    event.preventDefault();
    leave(form, event.target.closest("[data-cancel]").href);
  } else if (event.target.closest("[data-stay]")) {
    document.getElementById("leaving").close();
  } else if (event.target.closest("[data-leave], [data-discard]")) {
    release();
  }
});
