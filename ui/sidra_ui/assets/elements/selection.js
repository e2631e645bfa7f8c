// Which rows of a list are chosen: kept over its pages in this tab, and posted with the bar's form.
const MOST = 5000;
const barOf = () => document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll("#list tbody .check")];
const key = () => `selection:${barOf().dataset.key}`;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(key())) ?? { ids: [], all: false };
  } catch {
    return { ids: [], all: false };
  }
}

function write(kept) {
  if (kept.ids.length || kept.all) sessionStorage.setItem(key(), JSON.stringify(kept));
  else sessionStorage.removeItem(key());
}

function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  input.dataset.liveKept = "";
  return input;
}

function number(count) {
  return new Intl.NumberFormat(document.documentElement.lang).format(count);
}

function show(kept) {
  const bar = barOf();
  const here = boxes();
  const shown = new Set(here.map((box) => box.value));
  for (const box of here) {
    box.checked = kept.all || kept.ids.includes(box.value);
    box.closest("tr").setAttribute("aria-selected", String(box.checked));
  }
  const chosen = here.filter((box) => box.checked).length;
  const every = document.querySelector("#list [data-all]");
  if (every?.type === "checkbox") {
    every.checked = chosen > 0 && chosen === here.length;
    every.indeterminate = chosen > 0 && chosen < here.length;
  }
  for (const old of bar.querySelectorAll("[data-live-kept]")) old.remove();
  // All of them are meant by the list itself: what matches when it is confirmed.
  if (kept.all) bar.append(hidden("all", "1"));
  else bar.append(...kept.ids.filter((id) => !shown.has(id)).map((id) => hidden("id", id)));
  const count = kept.all ? Number(bar.dataset.all) : kept.ids.length;
  const told = bar.querySelector("[data-count]");
  const form = told.dataset[new Intl.PluralRules(document.documentElement.lang).select(count)] ?? told.dataset.other;
  const text = count ? form.replace("{count}", number(count)) : "";
  if (told.textContent !== text) told.textContent = text;
  bar.dataset.live = "";
  bar.hidden = !count;
  const take = bar.querySelector("[data-take-all]");
  if (take) take.hidden = kept.all || chosen < here.length;
}

function keep(kept) {
  write(kept);
  show(kept);
}

function note() {
  const kept = read();
  const here = boxes();
  const shown = new Set(here.map((box) => box.value));
  const away = kept.all ? [] : kept.ids.filter((id) => !shown.has(id));
  const ids = [...away, ...here.filter((box) => box.checked).map((box) => box.value)].slice(0, MOST);
  keep({ ids, all: false });
}

let last = null;
function range(to, isOn) {
  const all = boxes();
  const [from, until] = [all.indexOf(last), all.indexOf(to)].sort((a, b) => a - b);
  if (from >= 0) for (const box of all.slice(from, until + 1)) box.checked = isOn;
}

function toggle(box, isRange) {
  if (isRange && last) range(box, box.checked);
  last = box;
  note();
}

document.addEventListener("click", (event) => {
  if (!barOf()) return;
  const box = event.target.closest?.("#list tbody .check");
  if (box) toggle(box, event.shiftKey);
  else if (event.target.matches?.("#list thead [data-all]")) {
    for (const each of boxes()) each.checked = event.target.checked;
    note();
  } else if (event.target.closest?.("#bulk [data-take-all]")) keep({ ids: [], all: true });
  else if (event.target.closest?.("#bulk [data-clear]")) {
    event.preventDefault();
    keep({ ids: [], all: false });
    boxes()[0]?.focus();
  }
});

function arrows(event, box) {
  const all = boxes();
  const next = all[all.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)];
  event.preventDefault();
  if (!next) return;
  if (event.shiftKey) {
    box.checked = true;
    next.checked = true;
    last = next;
    note();
  }
  next.focus();
}

document.addEventListener("keydown", (event) => {
  if (!barOf() || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const box = event.target.closest?.("#list tbody .check");
  const cell = event.target.closest?.("#list td[tabindex]");
  if (box && (event.key === "ArrowDown" || event.key === "ArrowUp")) arrows(event, box);
  else if (event.key === " " && cell === event.target) {
    const own = cell.closest("tr").querySelector(".check");
    event.preventDefault();
    own.checked = !own.checked;
    toggle(own, event.shiftKey);
  } else if (event.key === "Escape" && !document.querySelector("dialog:modal, .cell-form") && !barOf().hidden) {
    keep({ ids: [], all: false });
  }
});

// A change that was begun ends the choice of its records.
document.addEventListener("submit", (event) => {
  if (event.target.closest(".bulk-ask") && barOf()) write({ ids: [], all: false });
});
const refresh = () => barOf() && show(read());
document.addEventListener("htmx:after:swap", refresh);
addEventListener("pageshow", refresh);
refresh();
