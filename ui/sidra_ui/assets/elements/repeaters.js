// A row of a repeater that is removed waits below the others, and can be brought back until the form is saved.
let wanted = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-remove-row], [data-undo-row]");
  const row = button?.closest("[data-record]");
  if (!row) return;
  const gone = row.querySelector("[data-gone]");
  const isGone = button.hasAttribute("data-remove-row");
  gone.value = isGone ? "true" : "";
  wanted = `[data-record="${row.dataset.record}"] ${isGone ? "[data-undo-row]" : "[data-remove-row]"}`;
  gone.dispatchEvent(new Event("change", { bubbles: true }));
});
// The row stands elsewhere now, and the focus goes with it; in a row that was added, to its first field.
document.addEventListener("htmx:after:swap", () => {
  if (wanted) document.querySelector(wanted)?.focus();
  wanted = null;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[name=add]");
  if (!button) return;
  const name = button.value;
  document.addEventListener(
    "htmx:after:swap",
    () => {
      const rows = document.getElementById(`f-${name}`)?.querySelectorAll(".repeated:not(.gone)");
      rows?.[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    },
    { once: true },
  );
});
