// A list keeps its place: whoever comes back from a record finds the same row in the same spot, and the record knows
// its neighbours in the list that it was opened from.
const KEY = "sidra-list";

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(list, row) {
  const rows = [...list.querySelectorAll("tbody tr[data-href]")];
  const kept = {
    address: location.pathname + location.search,
    rows: rows.map((one) => one.dataset.href),
    row: row.id,
    scroll: scrollY,
    at: Number(list.dataset.at),
    told: list.dataset.place,
    previous: list.dataset.previous,
    next: list.dataset.next,
  };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

document.addEventListener(
  "click",
  (event) => {
    const row = event.target.closest("#list tr[data-href]");
    if (row && !event.target.closest("button, input, label, select, textarea, summary")) keep(row.closest("#list"), row);
    const opener = event.target.closest("sidra-menu [hx-target='#builder']");
    if (opener) opener.closest("sidra-menu").toggle(false);
    const close = event.target.closest("[data-close-builder]");
    if (close && document.querySelector("#list")) {
      event.preventDefault();
      const place = document.createElement("div");
      place.id = "builder";
      close.closest("#builder").replaceWith(place);
      document.querySelector("[hx-target='#builder']")?.focus();
    }
  },
  true,
);

function comeBack() {
  const kept = read();
  if (kept.address !== location.pathname + location.search) return;
  const row = document.getElementById(kept.row);
  if (!row) return;
  scrollTo({ top: kept.scroll });
  row.querySelector("a")?.focus({ preventScroll: true });
}

if (document.querySelector("#list")) comeBack();
