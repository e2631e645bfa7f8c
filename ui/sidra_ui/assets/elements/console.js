// Signals only say "ask again": the part of the page that a marker names asks once for several that come together.
const GATHER_MS = 250;
const NEAR_END = 80;
const waiting = new Map();

const thread = () => document.getElementById("console-thread");
const toEnd = () => thread()?.scrollTo({ top: thread().scrollHeight });

document.addEventListener(
  "sidra:live",
  (event) => {
    const id = event.target.dataset?.refreshes;
    if (!id || waiting.has(id)) return;
    waiting.set(id, setTimeout(() => {
      waiting.delete(id);
      document.getElementById(id)?.dispatchEvent(new CustomEvent("console:refresh"));
    }, GATHER_MS));
  },
  true,
);

// Whoever reads further up is not taken away from there.
let stays = true;
document.addEventListener("htmx:before:swap", () => {
  const box = thread();
  stays = !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
});
document.addEventListener("htmx:after:swap", () => {
  if (stays) toEnd();
  seen();
});

// What stands before somebody's eyes is read; the inbox is told by the record's signal.
function seen() {
  const box = thread();
  const token = document.querySelector("#composer [name=csrf_token]")?.value;
  if (!box?.dataset.read || !token || document.hidden || !box.checkVisibility()) return;
  const href = box.dataset.read;
  delete box.dataset.read;
  fetch(href, { method: "POST", body: new URLSearchParams({ csrf_token: token }) }).catch(() => {});
}
document.addEventListener("visibilitychange", seen);

function composer() {
  const form = document.getElementById("composer");
  if (!form) return;
  const text = form.elements.text;
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  const dress = () => {
    const chosen = form.querySelector("[name=channel]:checked");
    form.classList.toggle("is-note", chosen?.value === "note");
    form.querySelector(".window").textContent = chosen?.dataset.why ?? "";
  };
  form.addEventListener("change", dress);
  dress();
  document.addEventListener("click", (event) => {
    const says = event.target.closest("[data-says]")?.dataset.says;
    if (!says) return;
    text.value = text.value.trim() ? `${text.value.trimEnd()}\n${says}` : says;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}

// A small window closes when the person is done with it.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.more[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.more[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

class Clock extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.show(), 1000);
    this.show();
  }
  disconnectedCallback() {
    clearInterval(this.timer);
  }
  show() {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(this.dataset.since)) / 1000));
    const two = (value) => String(value).padStart(2, "0");
    this.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }
}
customElements.define("sidra-clock", Clock);

composer();
toEnd();
seen();
