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
