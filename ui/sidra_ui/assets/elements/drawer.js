// On a phone the navigation slides in from the side.
function toggle(id, open) {
  const drawer = document.getElementById(id);
  drawer.toggleAttribute("data-live-open", open);
  for (const button of document.querySelectorAll(`[data-drawer="${id}"][aria-expanded]`)) {
    button.setAttribute("aria-expanded", String(open));
  }
  if (open) drawer.querySelector("a, button")?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-drawer]");
  const open = document.querySelector("[data-live-open]");
  if (button) toggle(button.dataset.drawer, !document.getElementById(button.dataset.drawer).hasAttribute("data-live-open"));
  else if (open && !open.contains(event.target)) toggle(open.id, false);
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("[data-live-open]");
  if (!open) return;
  toggle(open.id, false);
  document.querySelector(`[data-drawer="${open.id}"][aria-expanded]`)?.focus();
});
