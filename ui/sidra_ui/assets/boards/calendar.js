// A calendar: what is dropped on another day is asked of the server; the days are then drawn by it anew.
import Sortable from "sortablejs";
import { ask, dialogued, notice } from "./asking.js";

const LONG_PRESS_MS = 180;

class Calendar extends HTMLElement {
  connectedCallback() {
    this.arm();
    this.addEventListener("click", (event) => this.onClick(event));
  }

  arm() {
    for (const list of this.querySelectorAll("ul[data-day]")) {
      Sortable.create(list, {
        group: "calendar",
        draggable: "[data-move]",
        filter: "[data-menu], dialog",
        preventOnFilter: false,
        sort: false,
        delay: LONG_PRESS_MS,
        delayOnTouchOnly: true,
        ghostClass: "ghost",
        onEnd: ({ item, from, to, oldDraggableIndex }) => {
          if (from !== to) this.move(item, to.dataset.day, () => from.insertBefore(item, from.children[oldDraggableIndex] ?? null));
        },
      });
    }
  }

  body(entry, day) {
    const body = new FormData();
    body.set("csrf_token", this.dataset.token);
    body.set("version", entry.dataset.version);
    body.set("day", day);
    return body;
  }

  async move(entry, day, back = () => {}) {
    const answer = await ask(entry.dataset.move, this.body(entry, day)).catch(() => null);
    return this.answered(entry, answer, back);
  }

  async answered(entry, answer, back = () => {}) {
    const said = answer?.querySelector("[data-outcome]");
    if (said?.dataset.outcome !== "moved") {
      back();
      return notice(said?.textContent ?? this.dataset.failed, "red");
    }
    await this.renew();
    const { undo } = said.dataset;
    const again = () => this.move(this.querySelector(`[data-id="${entry.dataset.id}"]`) ?? entry, undo);
    notice(said.textContent, "green", undo && again, this.dataset.undo);
    this.querySelector("[data-says]").textContent = said.textContent;
    return this.querySelector(`[data-id="${entry.dataset.id}"] a[data-menu]`)?.focus();
  }

  async renew() {
    const answer = await ask(location.href).catch(() => null);
    const fresh = answer?.querySelector("sidra-calendar");
    if (!fresh) return location.reload();
    this.replaceChildren(...document.adoptNode(fresh).childNodes);
    return this.arm();
  }

  async onClick(event) {
    const link = event.target.closest("a[data-menu]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const entry = link.closest(".cal-entry");
    const asked = await ask(link.href).catch(() => null);
    if (!asked) return notice(this.dataset.failed, "red");
    const sent = dialogued(document.adoptNode(asked.querySelector("sidra-dialog")), link.parentElement, (body) => ask(link.href, body));
    const answer = await sent.catch(() => undefined);
    if (answer !== null) await this.answered(entry, answer);
  }
}
customElements.define("sidra-calendar", Calendar);
