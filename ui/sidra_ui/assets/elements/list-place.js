// A list keeps its place: whoever comes back from a record finds the same row in the same spot, and the record knows
// its neighbours in the list that it was opened from.
import { keepPlace, placeOf, readPlace } from "./neighbours.js";

function keep(list, row) {
  keepPlace({ ...placeOf(list), address: location.pathname + location.search, row: row.id, scroll: scrollY });
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
  const kept = readPlace();
  if (kept.address !== location.pathname + location.search) return;
  const row = document.getElementById(kept.row);
  if (!row) return;
  scrollTo({ top: kept.scroll });
  row.querySelector("a")?.focus({ preventScroll: true });
}

if (document.querySelector("#list")) comeBack();

// While another page of rows is awaited, bones stand in their places; where it does not come, the list says so.
const WAITS_MS = 300;
let waiting = 0;
const isOfList = (event) => event.detail.ctx?.target?.id === "list";
const listNow = () => document.getElementById("list");

function rest() {
  clearTimeout(waiting);
  listNow()?.removeAttribute("aria-busy");
}

function fail(event) {
  const status = event.detail.ctx?.response?.status ?? 0;
  const failure = listNow()?.querySelector("[data-failure]");
  if (!isOfList(event) || !failure || (status && status < 500)) return;
  for (const other of listNow().children) other.hidden = other !== failure;
}

document.addEventListener("htmx:before:request", (event) => {
  if (!isOfList(event)) return;
  rest();
  waiting = setTimeout(() => listNow()?.setAttribute("aria-busy", "true"), WAITS_MS);
});
document.addEventListener("htmx:finally:request", (event) => isOfList(event) && rest());
for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, fail);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-list-again]")) document.querySelector("form.live")?.requestSubmit();
});
