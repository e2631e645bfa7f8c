// Type-ahead over the server: the options arrive as HTML; arrows, Enter and Escape work as in any combobox.
const PAUSE_MS = 150;

export class Combobox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("[role=combobox], textarea");
    this.list = this.querySelector("[role=listbox]");
    this.input.addEventListener("input", () => this.onInput());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option, event);
    });
    this.addEventListener("focusout", (event) => {
      if (!this.contains(event.relatedTarget)) this.onLeave();
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get query() {
    return this.input.value.trim();
  }

  // Arrows that are pressed before the answer is there count in it: what was on offer before is not what was asked for.
  await() {
    this.steps ??= 0;
    this.mark(null);
  }

  onInput() {
    clearTimeout(this.timer);
    this.steps = 0;
    this.await();
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    this.request?.abort();
    const query = this.query;
    if (!this.dataset.href || !(query || this.asksAlways)) return this.close();
    this.request = new AbortController();
    this.await();
    this.say(this.dataset.wait);
    try {
      const url = new URL(this.dataset.href, location.href);
      url.searchParams.set("q", query);
      const answer = await fetch(url, {
        headers: { "HX-Request": "true", Accept: "text/html" },
        signal: this.request.signal,
      });
      if (!answer.ok) return this.close();
      const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.list.replaceChildren(...fragment.body.childNodes);
      if (!this.options.length) return this.say(this.dataset.none);
      this.open();
      const { steps } = this;
      this.steps = null;
      if (steps) this.mark(this.options.at(steps > 0 ? steps - 1 : steps) ?? null);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  say(text) {
    const note = document.createElement("div");
    note.className = "menu-note";
    note.textContent = text;
    this.list.replaceChildren(note);
    this.open();
  }

  open() {
    this.list.hidden = false;
    this.expand(true);
    this.mark(null);
  }

  close() {
    clearTimeout(this.timer);
    this.steps = null;
    this.request?.abort();
    this.list.hidden = true;
    this.expand(false);
    this.mark(null);
  }

  // A box of several lines is no combobox, and has no such state.
  expand(isOpen) {
    if (this.input.role === "combobox") this.input.setAttribute("aria-expanded", String(isOpen));
  }

  mark(option) {
    for (const other of this.options) other.setAttribute("aria-selected", String(other === option));
    this.marked = option;
    if (option) {
      this.input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (typeof this.steps === "number") return void (this.steps += step);
      if (this.list.hidden) return void this.ask();
      const options = this.options;
      const from = this.marked ? options.indexOf(this.marked) : step > 0 ? -1 : options.length;
      this.mark(options[(from + step + options.length) % options.length] ?? null);
    } else if (event.key === "Enter" && this.marked) {
      event.preventDefault();
      this.choose(this.marked, event);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  onLeave() {
    this.close();
  }
}
