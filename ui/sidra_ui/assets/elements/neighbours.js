// A record opened from a list says which of it it is, and leads to those beside it; beyond the page it asks for the next.
const KEY = "sidra-list";

export function readPlace() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export const keepPlace = (kept) => sessionStorage.setItem(KEY, JSON.stringify(kept));

// What a page of a list says of its place in the whole.
export function placeOf(list) {
  const { at, told, nth, total, before, after, previous, next } = list.dataset;
  const rows = [...list.querySelectorAll("tbody tr[data-href]")].map((one) => one.dataset.href);
  return { at: Number(at), told, nth, total, before, after, previous, next, rows };
}

async function turn(kept, address, step) {
  const answer = await fetch(address, { headers: { Accept: "text/html", "HX-Target": "#list" } });
  const list = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#list");
  const found = list ? placeOf(list) : { rows: [] };
  const href = found.rows.at(step > 0 ? 0 : -1);
  if (!answer.ok || !href) return location.assign(address);
  keepPlace({ ...kept, ...found, address, row: "", scroll: 0 });
  location.assign(href);
}

function way(kept, place, step) {
  const href = kept.rows[place + step] ?? kept[step > 0 ? "next" : "previous"];
  if (!href) return "";
  const link = document.createElement("a");
  const sprite = document.querySelector(".crumbs .i use, .top .i use").getAttribute("href").split("#")[0];
  Object.assign(link, { href, rel: step > 0 ? "next" : "prev", className: "btn ghost icon xs", ariaLabel: kept[step > 0 ? "after" : "before"] });
  link.title = link.ariaLabel;
  link.innerHTML = `<svg class="i sm" aria-hidden="true"><use href="${sprite}#chevron-${step > 0 ? "right" : "left"}"></use></svg>`;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (kept.rows[place + step]) return keepPlace({ ...kept, row: "", scroll: kept.scroll });
    event.preventDefault();
    turn(kept, href, step);
  });
  return link;
}

function draw() {
  const kept = readPlace();
  const place = kept.rows?.indexOf(location.pathname) ?? -1;
  const crumbs = document.querySelector(".crumbs");
  if (place < 0 || !kept.nth || !crumbs) return;
  const nav = document.createElement("nav");
  const text = document.createElement("span");
  const number = new Intl.NumberFormat(document.documentElement.lang);
  text.className = "num";
  text.textContent = kept.nth.replace("{at}", number.format(kept.at + place)).replace("{total}", kept.total);
  Object.assign(nav, { className: "row g2 xs soft wide-only neighbours", ariaLabel: kept.told });
  nav.append(way(kept, place, -1), text, way(kept, place, 1));
  crumbs.after(nav);
}

draw();
