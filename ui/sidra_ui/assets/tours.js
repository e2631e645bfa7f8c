// Guided help: one step after the other beside what it points at. Escape ends it, arrows go on and back; where somebody
// stopped is kept by the server. On a phone the card lies at the lower edge. Steps without their part are passed over.
const GAP = 12;

class Tour extends HTMLElement {
  connectedCallback() {
    this.card = this.querySelector(".tour-card");
    this.offer = this.querySelector(".tour-offer");
    this.steps = [...this.querySelectorAll("li")];
    this.querySelector("[data-start]").addEventListener("click", () => this.start(Number(this.dataset.begins)));
    this.querySelector("[data-decline]").addEventListener("click", () => this.end());
    this.querySelector("[data-end]").addEventListener("click", () => this.end());
    this.querySelector("[data-next]").addEventListener("click", () => this.go(1));
    this.querySelector("[data-back]").addEventListener("click", () => this.go(-1));
    this.card.addEventListener("keydown", (event) => this.onKey(event));
    this.onMove = () => this.place();
    this.offer.hidden = !("offered" in this.dataset) || Boolean(document.querySelector(".tour-offer:not([hidden])"));
  }

  disconnectedCallback() {
    this.release();
  }

  target(step) {
    return [...document.querySelectorAll(step.dataset.target)].find((one) => one.getClientRects().length);
  }

  start(from = 0) {
    this.offer.hidden = true;
    this.back = document.activeElement;
    this.there = this.steps.filter((step) => this.target(step));
    this.at = Math.min(from, this.there.length - 1);
    if (!this.there.length) return this.end();
    addEventListener("scroll", this.onMove, { passive: true });
    addEventListener("resize", this.onMove);
    this.show();
  }

  show() {
    const step = this.there[this.at];
    document.querySelector(".toured")?.classList.remove("toured");
    this.shown = this.target(step);
    this.shown.classList.add("toured");
    this.shown.scrollIntoView({ block: "nearest" });
    this.card.querySelector("h2").textContent = step.querySelector("h2").textContent;
    this.card.querySelector("p").textContent = step.querySelector("p").textContent;
    this.card.querySelector("[data-progress]").textContent = `${this.at + 1} / ${this.there.length}`;
    this.card.querySelector("[data-back]").disabled = !this.at;
    const next = this.card.querySelector("[data-next]");
    this.word ??= next.textContent;
    next.textContent = this.at === this.there.length - 1 ? next.dataset.last : this.word;
    this.card.hidden = false;
    this.place();
    this.card.focus({ preventScroll: true });
  }

  place() {
    if (this.card.hidden) return;
    const target = this.shown.getBoundingClientRect();
    const card = this.card.getBoundingClientRect();
    const isBelow = target.bottom + GAP + card.height < innerHeight;
    const top = isBelow ? target.bottom + GAP : Math.max(GAP, target.top - GAP - card.height);
    const isRight = document.documentElement.dir === "rtl";
    const left = isRight ? target.right - card.width : target.left;
    this.card.style.top = `${Math.min(top, innerHeight - card.height - GAP)}px`;
    this.card.style.left = `${Math.min(Math.max(GAP, left), innerWidth - card.width - GAP)}px`;
  }

  go(by) {
    if (this.at + by >= this.there.length) return this.end();
    this.at = Math.max(0, this.at + by);
    this.keep(this.steps.indexOf(this.there[this.at]));
    this.show();
  }

  end() {
    this.keep("done");
    this.offer.hidden = true;
    this.card.hidden = true;
    this.release();
    this.back?.focus?.();
  }

  release() {
    document.querySelector(".toured")?.classList.remove("toured");
    removeEventListener("scroll", this.onMove);
    removeEventListener("resize", this.onMove);
  }

  keep(step) {
    const body = new URLSearchParams({ step, csrf_token: this.offer.querySelector("[name=csrf_token]").value });
    // What cannot be kept now is offered once more; no reason to stop anybody.
    fetch(this.dataset.href, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  onKey(event) {
    const isRight = document.documentElement.dir === "rtl";
    const step = { ArrowRight: isRight ? -1 : 1, ArrowLeft: isRight ? 1 : -1 }[event.key];
    if (event.key === "Escape") this.end();
    else if (step) this.go(step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
customElements.define("sidra-tour", Tour);
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-tour]")?.dataset.tour;
  if (!name) return;
  document.querySelector("sidra-menu > .face[aria-expanded=true]")?.click();
  document.querySelector(`sidra-tour[data-name="${name}"]`)?.start();
});
