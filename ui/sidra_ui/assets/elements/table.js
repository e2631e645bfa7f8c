// A row opens by a click anywhere on it.
const CONTROLS = "a, button, input, label, select, textarea, summary";

function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest(CONTROLS) || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
}

// Rows of panels open like those of lists.
document.addEventListener("click", openRow);
