// A board: what is dropped, lifted or chosen is asked of the server, and goes back where that refuses it.
import Sortable from "sortablejs";
import { ask, dialogued, filled, notice } from "./asking.js";

const LONG_PRESS_MS = 180;

class Board extends HTMLElement {
  connectedCallback() {
    this.lifted = null;
    for (const list of this.lists) this.sortable(list);
    this.ready(this);
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("click", (event) => this.onClick(event));
    this.addEventListener("htmx:after:swap", () => this.ready(this));
  }

  get lists() {
    return [...this.querySelectorAll("ul[data-stage]")];
  }

  ready(root) {
    for (const card of root.querySelectorAll(".kc[data-move]")) {
      card.querySelector(".kc-handle").hidden = false;
      card.classList.add("movable");
    }
  }

  sortable(list) {
    Sortable.create(list, {
      group: { name: "board", put: (to, _, card) => this.why(card, to.el.dataset.stage) === "" },
      draggable: ".kc.movable",
      filter: "button, [data-menu], dialog",
      preventOnFilter: false,
      sort: false,
      delay: LONG_PRESS_MS,
      delayOnTouchOnly: true,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      ghostClass: "ghost",
      dragClass: "dragging",
      onStart: ({ item }) => this.mark(item),
      onEnd: ({ item, from, to, oldDraggableIndex }) => {
        this.unmark();
        if (from !== to) this.move(item, to.dataset.stage, { list: from, index: oldDraggableIndex });
      },
    });
  }

  // Why a card cannot be put into a column; empty where it can.
  why(card, stage) {
    if (stage === card.dataset.stage) return "";
    const found = JSON.parse(card.dataset.moves)[stage];
    return found ? found[0] : filled(this.dataset.noWay, { stage: this.column(stage).dataset.text });
  }

  asksFirst(card, stage) {
    return Boolean(JSON.parse(card.dataset.moves)[stage]?.[1]);
  }

  column(stage) {
    return this.querySelector(`[data-column="${stage}"]`);
  }

  // At each column: what a drop there means, or why none is possible.
  mark(card) {
    for (const column of this.querySelectorAll("[data-column]")) {
      const { column: stage, text, gate } = column.dataset;
      if (stage === card.dataset.stage) continue;
      const why = this.why(card, stage);
      const drop = column.querySelector(".drop");
      drop.hidden = false;
      drop.classList.toggle("no", why !== "");
      drop.firstElementChild.textContent = why ? text : filled(this.dataset.drop, { stage: text });
      drop.lastElementChild.textContent = why || gate || (this.asksFirst(card, stage) ? this.dataset.asks : "");
    }
  }

  unmark() {
    for (const drop of this.querySelectorAll(".drop")) drop.hidden = true;
    for (const column of this.querySelectorAll(".target")) column.classList.remove("target");
  }

  say(sentence, values) {
    this.querySelector("[data-says]").textContent = filled(sentence, values);
  }

  put(card, list, index = 0) {
    list.insertBefore(card, [...list.querySelectorAll(":scope > .kc")].filter((each) => each !== card)[index] ?? list.firstElementChild);
  }

  async move(card, stage, home) {
    const title = card.dataset.title;
    this.say(this.dataset.dropped, { title, stage: this.column(stage).dataset.text });
    card.classList.add("busy");
    let answer = null;
    try {
      answer = this.asksFirst(card, stage) ? await this.asked(card, stage) : await this.send(card, this.body(card, stage));
    } catch {
      this.back(card, home, this.dataset.failed);
      return;
    }
    while (answer?.querySelector("[data-outcome=refused]")) {
      const dialog = answer.querySelector("sidra-dialog");
      if (!dialog) {
        this.back(card, home, answer.querySelector("[data-outcome]").textContent);
        return;
      }
      answer = await this.dialog(card, dialog);
    }
    if (answer) this.arrived(card, answer, stage);
    else this.back(card, home, "");
  }

  body(card, stage) {
    const body = new FormData();
    body.set("csrf_token", this.dataset.token);
    body.set("version", card.dataset.version);
    body.set("to", stage);
    return body;
  }

  send(card, body) {
    return ask(card.dataset.move, body);
  }

  async asked(card, stage) {
    const url = new URL(card.dataset.move, location.href);
    url.searchParams.set("to", stage);
    return this.dialog(card, (await ask(url)).querySelector("sidra-dialog"));
  }

  dialog(card, dialog) {
    const sent = dialogued(document.adoptNode(dialog), card.querySelector(".anchor"), (body) => this.send(card, body));
    return sent.catch(() => null);
  }

  back(card, home, why) {
    card.classList.remove("busy");
    this.put(card, home.list, home.index);
    const text = filled(this.dataset.back, { title: card.dataset.title, stage: this.column(home.list.dataset.stage).dataset.text, why });
    this.say(text, {});
    if (why) notice(why, "red");
    this.focusOn(card);
  }

  arrived(card, answer, stage) {
    for (const head of answer.querySelectorAll("[data-head]")) {
      this.column(head.dataset.head)?.querySelector(":scope > header").replaceWith(document.adoptNode(head));
    }
    const from = card.dataset.stage;
    const fresh = answer.querySelector(".kc");
    const said = answer.querySelector("[data-outcome]");
    if (fresh) {
      const kept = document.adoptNode(fresh);
      card.replaceWith(kept);
      const list = this.column(kept.dataset.stage)?.querySelector("ul");
      if (list && kept.parentElement !== list) this.put(kept, list);
      this.ready(this);
      this.focusOn(kept);
      const undo = said.dataset.undo;
      const back = undo && (() => this.again(kept, undo));
      notice(said.textContent, "green", back, this.dataset.undo);
    } else {
      card.remove();
      notice(said.textContent, "green");
    }
    for (const name of [from, stage]) this.column(name)?.querySelector(".kc-none")?.toggleAttribute("hidden", this.column(name).querySelector(".kc") !== null);
    this.say(said.textContent, {});
  }

  // Moves a card that stands somewhere to another column at once.
  again(card, stage) {
    const list = card.parentElement;
    const home = { list, index: [...list.querySelectorAll(":scope > .kc")].indexOf(card) };
    const target = this.column(stage)?.querySelector("ul");
    if (target) this.put(card, target);
    return this.move(card, stage, home);
  }

  focusOn(card) {
    card.querySelector(".kc-handle")?.focus();
  }

  onKey(event) {
    const handle = event.target.closest?.(".kc-handle");
    if (!handle) return;
    const card = handle.closest(".kc");
    if (!this.lifted) {
      if (event.key === " " || event.key === "Enter") this.lift(event, card);
      return;
    }
    const turn = document.documentElement.dir === "rtl" ? -1 : 1;
    const step = { ArrowRight: turn, ArrowLeft: -turn, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.aim(event, step);
    else if (event.key === " " || event.key === "Enter") this.drop(event);
    else if (event.key === "Escape" || event.key === "Tab") this.cancel(event);
  }

  lift(event, card) {
    event.preventDefault();
    const stages = this.lists.map((list) => list.dataset.stage);
    this.lifted = { card, stages, at: stages.indexOf(card.dataset.stage) };
    card.classList.add("lifted");
    this.mark(card);
    this.say(this.dataset.lifted, { title: card.dataset.title, stage: this.column(card.dataset.stage).dataset.text });
  }

  aim(event, step) {
    event.preventDefault();
    const { card, stages } = this.lifted;
    this.lifted.at = (this.lifted.at + step + stages.length) % stages.length;
    const column = this.column(stages[this.lifted.at]);
    for (const other of this.querySelectorAll(".target")) other.classList.remove("target");
    column.classList.add("target");
    column.scrollIntoView({ block: "nearest", inline: "nearest" });
    const why = this.why(card, column.dataset.column) || column.dataset.gate;
    this.say(this.dataset.over, { stage: column.dataset.text, why });
  }

  release() {
    const { card, stages, at } = this.lifted;
    card.classList.remove("lifted");
    this.lifted = null;
    this.unmark();
    return { card, stage: stages[at] };
  }

  drop(event) {
    event.preventDefault();
    const { card, stage } = this.release();
    if (stage === card.dataset.stage) return this.say(this.dataset.cancelled, { title: card.dataset.title, stage: this.column(stage).dataset.text });
    const why = this.why(card, stage);
    if (!why) return this.again(card, stage);
    const home = this.column(card.dataset.stage);
    this.say(this.dataset.back, { title: card.dataset.title, stage: home.dataset.text, why });
    return notice(why, "red");
  }

  cancel(event) {
    if (event.key === "Escape") event.preventDefault();
    const { card } = this.release();
    this.say(this.dataset.cancelled, { title: card.dataset.title, stage: this.column(card.dataset.stage).dataset.text });
  }

  // The link beside the handle: the same form as without script, in a dialog.
  async onClick(event) {
    const link = event.target.closest("a[data-menu]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const card = link.closest(".kc");
    const list = card.parentElement;
    const home = { list, index: [...list.querySelectorAll(":scope > .kc")].indexOf(card) };
    let answer = await ask(link.href).catch(() => null);
    if (!answer) return notice(this.dataset.failed, "red");
    let stage = card.dataset.stage;
    const noted = (body) => {
      stage = body.get("to");
      return this.send(card, body);
    };
    answer = await dialogued(document.adoptNode(answer.querySelector("sidra-dialog")), link.parentElement, noted).catch(() => null);
    while (answer?.querySelector("[data-outcome=refused]")) {
      const dialog = answer.querySelector("sidra-dialog");
      if (!dialog) return this.back(card, home, answer.querySelector("[data-outcome]").textContent);
      answer = await this.dialog(card, dialog);
    }
    return answer && this.arrived(card, answer, stage);
  }
}
customElements.define("sidra-board", Board);
