// A dashboard counts anew at its own pace, but not while nobody looks at it, and says how old its numbers are.
const SAID_EVERY = 5000;

class Dashboard extends HTMLElement {
  connectedCallback() {
    this.seconds = Number(this.dataset.refresh);
    this.asked = Date.now();
    this.arrived = new Map();
    this.seen = () => document.hidden || this.due();
    document.addEventListener("visibilitychange", this.seen);
    this.timer = setInterval(() => {
      this.tell();
      if (!document.hidden) this.due();
    }, SAID_EVERY);
    this.addEventListener("click", (event) => this.click(event));
    // A tile that takes the place of another tells nobody above it.
    this.arrivals = new MutationObserver(() => this.tell());
    this.arrivals.observe(this, { childList: true, subtree: true });
    for (const name of ["htmx:error", "htmx:response:error"]) this.addEventListener(name, (event) => this.fail(event));
    for (const control of this.querySelectorAll("select[data-submits]")) {
      control.addEventListener("change", () => control.form.requestSubmit());
    }
    this.addEventListener("sidra:point", (event) => this.look(event));
    this.classList.add("scripted");
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.arrivals.disconnect();
    document.removeEventListener("visibilitychange", this.seen);
  }

  // What a point is made of stands beside its drawing; a bar of that is a point again.
  look(event) {
    const place = this.querySelector("#point");
    if (!place) return;
    event.preventDefault();
    const tile = event.target.closest("[data-tile]");
    const { pathname, search } = new URL(event.detail.href, location.href);
    if (tile) {
      this.left = event.target.querySelector("[data-plot]");
      tile.after(place);
    }
    window.htmx.ajax("GET", `${pathname}/point${search}`, { target: place, swap: "outerHTML" }).then(() => {
      this.querySelector("#point-title")?.focus();
    });
  }

  close() {
    const empty = document.createElement("section");
    empty.id = "point";
    empty.hidden = true;
    this.querySelector("#point").replaceWith(empty);
    this.left?.focus();
  }

  click(event) {
    if (event.target.closest("[data-close-point]")) return this.close();
    if (event.target.closest("[data-refresh-now]")) this.ask();
    const again = event.target.closest("[data-again]");
    if (again) again.closest("[data-tile]").dispatchEvent(new CustomEvent("sidra:recount"));
  }

  due() {
    // Nobody's focus is taken away by numbers that come by themselves.
    const isBusy = document.activeElement?.closest("[data-tile]") || this.querySelector("[data-tile] details[open]");
    if (this.seconds && !isBusy && Date.now() - this.asked >= this.seconds * 1000) this.ask();
  }

  ask() {
    this.asked = Date.now();
    for (const tile of this.querySelectorAll("[data-tile]")) tile.dispatchEvent(new CustomEvent("sidra:recount"));
  }

  fail(event) {
    const tile = event.target.closest?.("[data-tile]") ?? event.detail?.ctx?.sourceElement?.closest("[data-tile]");
    const failure = tile?.querySelector(".failure");
    if (!failure) return;
    tile.querySelector(".skeleton").hidden = true;
    tile.removeAttribute("aria-busy");
    failure.hidden = false;
  }

  // The oldest number that is to be seen: as old as it came, and the time since.
  tell() {
    const place = this.querySelector("[data-age-text]");
    if (!place) return;
    const now = Date.now();
    const ages = [...this.querySelectorAll("[data-tile]:not([aria-busy])")].map((tile) => {
      if (!this.arrived.has(tile)) this.arrived.set(tile, now);
      return Number(tile.dataset.age) + (now - this.arrived.get(tile)) / 1000;
    });
    for (const tile of this.arrived.keys()) if (!tile.isConnected) this.arrived.delete(tile);
    if (!ages.length) return;
    const age = Math.round(Math.max(...ages));
    const [amount, unit] = age < 60 ? [age, "second"] : [Math.round(age / 60), "minute"];
    const said = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-amount, unit);
    const text = this.dataset.counted.replace("{age}", said);
    if (place.textContent !== text) place.textContent = text;
  }
}
customElements.define("sidra-dashboard", Dashboard);
