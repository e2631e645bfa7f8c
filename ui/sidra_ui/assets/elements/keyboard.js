// The keyboard map is the dialog itself: each row names a key and a target. A link or a button is pressed, a control
// takes the focus. Single keys do nothing while somebody types, nor where they were switched off.
import { remember } from "./theme.js";

const dialog = () => document.getElementById("keyboard");
const rows = () => [...(dialog()?.querySelectorAll("[data-key]") ?? [])];
const isTyping = (element) => element.closest?.("input, select, textarea, [contenteditable], [role=listbox]");

function press(row) {
  const targets = [...document.querySelectorAll(row.dataset.target)].filter((one) => one.checkVisibility?.() ?? true);
  const step = { j: 1, k: -1 }[row.dataset.key];
  if (step && !targets[0]?.closest("tr")) return targets[0]?.click();
  if (step) {
    const from = targets.findIndex((one) => one.closest("tr") === document.activeElement?.closest("tr"));
    const rows = [...new Set(targets.map((one) => one.closest("tr")))];
    const at = from < 0 ? (step > 0 ? -1 : rows.length) : rows.indexOf(targets[from].closest("tr"));
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    return next?.querySelector("a")?.focus();
  }
  const target = targets.find((one) => one.getAttribute("aria-current")) ?? targets[0];
  if (!target) return;
  if (target.matches("input")) {
    target.focus();
    target.select();
  } else if (row.dataset.key === "g") target.focus();
  else target.click();
}

function show() {
  for (const row of rows()) row.hidden = row.dataset.key !== "?" && !document.querySelector(row.dataset.target);
  dialog().showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const isHeld = event.ctrlKey || event.metaKey;
  const key = (isHeld ? "Control+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const row = rows().find((one) => one.dataset.key === key);
  const isOff = !isHeld && (isTyping(event.target) || document.documentElement.dataset.keys === "off");
  if (!row || isOff || document.querySelector("dialog:modal")) return;
  if (key !== "?" && !document.querySelector(row.dataset.target)) return;
  event.preventDefault();
  if (key === "?") show();
  else press(row);
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener?.dataset.opens === "keyboard") show();
  else if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const rail = event.target.closest("[data-rail]");
  if (!rail) return;
  const isRail = document.documentElement.dataset.nav !== "rail";
  document.documentElement.toggleAttribute("data-nav", isRail);
  if (isRail) document.documentElement.dataset.nav = "rail";
  rail.setAttribute("aria-pressed", String(isRail));
  remember("sidra_nav", isRail ? "rail" : "wide");
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-single-keys]")) return;
  document.documentElement.dataset.keys = event.target.checked ? "on" : "off";
  remember("sidra_keys", event.target.checked ? "on" : "off");
});
