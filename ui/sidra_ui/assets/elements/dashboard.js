// A dashboard counts anew at its own pace, but not while nobody looks at it.
class Dashboard extends HTMLElement {
  connectedCallback() {
    this.seconds = Number(this.dataset.refresh);
    this.seen = () => document.hidden || this.ask();
    document.addEventListener("visibilitychange", this.seen);
    this.asked = Date.now();
    if (this.seconds) this.timer = setInterval(() => document.hidden || this.ask(), 1000);
    this.querySelector("[data-refresh-now]")?.addEventListener("click", () => this.ask(true));
    for (const control of this.querySelectorAll("select[data-submits]")) {
      control.addEventListener("change", () => control.form.requestSubmit());
    }
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
  }

  ask(isWanted = false) {
    const age = (Date.now() - this.asked) / 1000;
    // Nobody's focus is taken away by numbers that come by themselves.
    const isBusy = document.activeElement?.closest("[data-tile]") && !isWanted;
    if (!isWanted && (!this.seconds || age < this.seconds || isBusy)) return;
    this.asked = Date.now();
    for (const tile of this.querySelectorAll("[data-tile]")) {
      tile.dispatchEvent(new CustomEvent("sidra:recount", { bubbles: false }));
    }
  }
}
customElements.define("sidra-dashboard", Dashboard);
