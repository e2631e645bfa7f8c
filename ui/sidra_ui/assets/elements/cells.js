// Values of a list are changed in their place: double click, or F2 or Enter on the cell that has the focus.
const list = () => document.querySelector("#list[data-cells]");
const heads = () => [...list().querySelectorAll("thead th")];
const isEditable = (cell) => Boolean(cell && heads()[cell.cellIndex]?.dataset.edit && cell.parentElement.dataset.id);
const cells = () => [...list().querySelectorAll("tbody td")].filter(isEditable);
const former = new WeakMap();
const TWO_CLICKS = 260;

function address(cell) {
  const { cells: base, query } = list().dataset;
  const path = `${base}/${cell.parentElement.dataset.id}/cell/${heads()[cell.cellIndex].dataset.edit}`;
  return query ? `${path}?${query}` : path;
}

async function ask(href, body) {
  const options = { headers: { "HX-Request": "true", Accept: "text/html" } };
  const answer = await fetch(href, body ? { ...options, method: "POST", body } : options);
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

function rove(cell) {
  for (const other of list().querySelectorAll("td[tabindex='0']")) other.tabIndex = -1;
  if (cell) cell.tabIndex = 0;
}

function put(cell, form) {
  if (!former.has(cell)) former.set(cell, [...cell.childNodes]);
  cell.replaceChildren(form);
  cell.classList.add("editing");
  window.htmx.process(form);
  const control = form.querySelector("input:not([type=hidden]), select, textarea");
  control?.focus();
  if (control?.matches("input[type=text], textarea")) control.select();
}

function restore(cell) {
  const nodes = former.get(cell);
  if (!nodes) return;
  former.delete(cell);
  cell.classList.remove("editing");
  cell.replaceChildren(...nodes);
}

async function open(cell) {
  if (cell.classList.contains("editing")) return;
  for (const other of list().querySelectorAll("td.editing")) restore(other);
  rove(cell);
  cell.setAttribute("aria-busy", "true");
  try {
    const form = (await ask(address(cell))).querySelector(".cell-form");
    if (form) put(cell, form);
    else cell.classList.add("locked");
  } finally {
    cell.removeAttribute("aria-busy");
  }
}

function entered(form) {
  return new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}

async function save(cell, step) {
  const form = cell.querySelector(".cell-form");
  if (!form || form.dataset.liveSent) return;
  form.dataset.liveSent = "yes";
  const at = cells().indexOf(cell);
  let body;
  try {
    body = await ask(form.action, entered(form));
  } catch {
    delete form.dataset.liveSent;
    return;
  }
  const refused = body.querySelector(".cell-form");
  if (refused) return put(cell, refused);
  const row = body.querySelector("tbody tr");
  if (!row) return restore(cell);
  former.delete(cell);
  cell.parentElement.replaceWith(row);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  ready();
  if (step === null) return;
  const next = cells()[at + step] ?? cells()[at];
  rove(next);
  next?.focus();
  if (step && next !== cells()[at]) open(next);
}

function ready() {
  if (!list()) return;
  const found = cells();
  for (const cell of found) if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
  if (found.length && !list().querySelector("td[tabindex='0']")) found[0].tabIndex = 0;
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
function move(event, cell) {
  const isTurned = document.documentElement.dir === "rtl";
  const [down, across] = STEPS[event.key];
  const found = cells();
  const column = (one) => one.cellIndex;
  const row = cell.parentElement;
  const beside = found.filter((one) => one.parentElement === row);
  const target = down
    ? found.find((one) => one.parentElement === (down > 0 ? row.nextElementSibling : row.previousElementSibling) && column(one) === column(cell))
    : beside[beside.indexOf(cell) + (isTurned ? -across : across)];
  if (!target) return;
  event.preventDefault();
  rove(target);
  target.focus();
}

function inForm(event, cell) {
  const isOpen = event.target.getAttribute?.("aria-expanded") === "true";
  if (event.key === "Escape" && !isOpen) {
    event.preventDefault();
    restore(cell);
    cell.focus();
  } else if (event.key === "Tab" && !isOpen) {
    event.preventDefault();
    save(cell, event.shiftKey ? -1 : 1);
  } else if (event.key === "Enter" && event.target.matches("select, input[type=checkbox]")) {
    event.preventDefault();
    save(cell, 0);
  }
}

document.addEventListener("keydown", (event) => {
  if (!list() || event.defaultPrevented) return;
  const cell = event.target.closest?.("#list tbody td");
  if (!isEditable(cell)) return;
  if (cell.classList.contains("editing")) inForm(event, cell);
  else if (event.target !== cell) return;
  else if (event.key === "F2" || event.key === "Enter") {
    event.preventDefault();
    open(cell);
  } else if (STEPS[event.key]) move(event, cell);
});
document.addEventListener("submit", (event) => {
  const cell = event.target.matches(".cell-form") && event.target.closest("td");
  if (!cell) return;
  event.preventDefault();
  save(cell, 0);
});
// Whoever goes elsewhere has entered what stands there.
document.addEventListener("focusout", (event) => {
  const cell = event.target.closest?.("#list td.editing");
  if (cell && !cell.contains(event.relatedTarget) && document.hasFocus() && former.has(cell)) save(cell, null);
});
// A click on such a cell opens the record as any other of the row does, unless it was the first of two.
let opening = 0;
document.addEventListener(
  "click",
  (event) => {
    const cell = event.target.closest?.("#list tbody td");
    if (!list() || !isEditable(cell) || event.target.closest("a, button, input, select, textarea, label")) return;
    if (event.ctrlKey || event.metaKey) return;
    event.stopPropagation();
    clearTimeout(opening);
    const row = cell.parentElement;
    if (event.detail > 1 || cell.classList.contains("editing") || !row.dataset.href || String(getSelection())) return;
    opening = setTimeout(() => row.querySelector(`a[href="${CSS.escape(row.dataset.href)}"]`)?.click(), TWO_CLICKS);
  },
  true,
);
document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest?.("#list tbody td");
  if (list() && isEditable(cell) && !event.target.closest("a, button, input, select, textarea")) {
    event.preventDefault();
    clearTimeout(opening);
    getSelection().removeAllRanges();
    open(cell);
  }
});
document.addEventListener("htmx:after:swap", ready);
ready();
