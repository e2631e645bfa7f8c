// Whether the server can be reached, and whether it takes long. What writes waits for the connection; what is typed stays.
const SLOW_MS = 1_000;
const AGAIN_MS = 3_000;
const MOST_MS = 15_000;
const WRITES = "form[method=post i] [type=submit], form[method=post i] button:not([type]), button[hx-post], button[hx-delete]";

class Connection extends HTMLElement {
  connectedCallback() {
    this.banner = this.querySelector("[data-offline]");
    this.working = this.querySelector("[data-working]");
    this.underWay = new Set();
    addEventListener("offline", () => this.lose());
    addEventListener("online", () => this.ask());
    document.addEventListener("sidra:doubt", () => this.ask());
    document.addEventListener("htmx:error", (event) => event.detail.ctx && this.ask());
    // Before whatever else a button or a form does.
    for (const kind of ["submit", "click"]) addEventListener(kind, (event) => this.hold(event), true);
    document.addEventListener("htmx:before:request", (event) => this.begin(event.detail.ctx));
    document.addEventListener("htmx:finally:request", (event) => this.end(event.detail.ctx));
    addEventListener("submit", (event) => !event.defaultPrevented && this.leave(event.target));
    addEventListener("pagehide", () => this.rest());
    if (!navigator.onLine) this.lose();
  }

  get isLost() {
    return !this.banner.hidden;
  }

  // All who ask meanwhile wait for one answer.
  ask() {
    return (this.asking ??= this.reach().finally(() => (this.asking = null)));
  }

  async reach() {
    clearTimeout(this.timer);
    const answer = await fetch(this.dataset.ping, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer) this.find();
    else this.lose();
  }

  lose() {
    this.wait = Math.min((this.wait ?? AGAIN_MS / 2) * 2, MOST_MS);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), this.wait);
    if (this.isLost) return;
    this.banner.hidden = false;
    this.mark();
    this.marking = new MutationObserver(() => this.mark());
    this.marking.observe(document.body, { childList: true, subtree: true });
  }

  find() {
    if (!this.isLost) return;
    this.wait = undefined;
    this.banner.hidden = true;
    this.marking.disconnect();
    for (const each of document.querySelectorAll("[data-held]")) {
      each.removeAttribute("aria-disabled");
      each.removeAttribute("data-held");
      each.title = each.dataset.title ?? "";
      if (!each.title) each.removeAttribute("title");
    }
    document.dispatchEvent(new CustomEvent("sidra:toast", { detail: { text: this.dataset.back, tone: "green" } }));
    document.dispatchEvent(new CustomEvent("sidra:online"));
  }

  mark() {
    for (const each of document.querySelectorAll(WRITES)) {
      if ("held" in each.dataset) continue;
      if (each.title) each.dataset.title = each.title;
      each.dataset.held = "";
      each.setAttribute("aria-disabled", "true");
      each.title = this.dataset.why;
    }
  }

  hold(event) {
    if (!this.isLost) return;
    const isWrite = event.type === "submit" ? event.target.method === "post" : event.target.closest("[data-held]");
    if (!isWrite) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.dispatchEvent(new CustomEvent("sidra:toast", { detail: { text: this.dataset.why, tone: "amber" } }));
    this.ask();
  }

  // The page goes, unless the answer is a file.
  leave(form) {
    this.begin(form);
    setTimeout(() => this.end(form), MOST_MS);
  }

  begin(what) {
    this.underWay.add(what);
    this.slow ??= setTimeout(() => {
      this.working.hidden = false;
      document.documentElement.setAttribute("aria-busy", "true");
    }, SLOW_MS);
  }

  end(what) {
    this.underWay.delete(what);
    if (!this.underWay.size) this.rest();
  }

  rest() {
    clearTimeout(this.slow);
    this.slow = undefined;
    this.underWay.clear();
    this.working.hidden = true;
    document.documentElement.removeAttribute("aria-busy");
  }
}
customElements.define("sidra-connection", Connection);
