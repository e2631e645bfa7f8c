// Choosing rows, and opening a row by a click anywhere on it.
const CONTROLS = "a, button, input, label, select, textarea, summary";

function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest(CONTROLS) || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
}

// Rows of panels open like those of lists.
document.addEventListener("click", openRow);

class Table extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target.matches("[data-all]")) {
        for (const box of this.boxes) box.checked = event.target.checked;
      }
      this.refresh();
    });
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-clear]")) this.clear();
    });
    this.onSwap = () => this.refresh();
    document.addEventListener("htmx:after:swap", this.onSwap);
    this.refresh();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this.onSwap);
  }

  get boxes() {
    return [...this.querySelectorAll("tbody .check")];
  }

  clear() {
    for (const box of this.boxes) box.checked = false;
    this.refresh();
  }

  refresh() {
    const boxes = this.boxes;
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").setAttribute("aria-selected", String(box.checked));
    const all = this.querySelector("[data-all]");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const bar = this.querySelector(".bulk");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-count]");
    const language = document.documentElement.lang;
    const form = count.dataset[new Intl.PluralRules(language).select(chosen.length)] ?? count.dataset.other;
    count.textContent = form.replace("{count}", new Intl.NumberFormat(language).format(chosen.length));
  }
}
customElements.define("sidra-table", Table);
