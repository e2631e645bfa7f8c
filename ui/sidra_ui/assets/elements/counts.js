// The counts of the navigation follow what happens in the reader's queues, and the clock; never faster than they are made.
import { UNATTENDED } from "./live.js";

const SOONEST_MS = 15_000;
const SLOWEST_MS = 90_000;

class Counts extends HTMLElement {
  connectedCallback() {
    this.askedAt = Date.now();
    for (const topic of this.querySelectorAll("[data-live]")) topic.addEventListener("sidra:live", () => this.soon());
    this.clock = setInterval(() => this.ask(), SLOWEST_MS);
    this.onSeen = () => Date.now() - this.askedAt > SLOWEST_MS && this.ask();
    document.addEventListener("visibilitychange", this.onSeen);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.onSeen);
    clearInterval(this.clock);
    clearTimeout(this.timer);
    this.timer = null;
  }

  // All that is told within moments is answered once, at moments that differ between those who are told.
  soon() {
    const wait = Math.max(SOONEST_MS - (Date.now() - this.askedAt), 0) + Math.random() * 2_000;
    this.timer ??= setTimeout(() => this.ask(), wait);
  }

  async ask() {
    clearTimeout(this.timer);
    this.timer = null;
    if (document.hidden) return;
    this.askedAt = Date.now();
    const answer = await fetch(this.dataset.href, { headers: { [UNATTENDED]: "1" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) this.take(await answer.text());
  }

  take(html) {
    for (const fresh of new DOMParser().parseFromString(html, "text/html").querySelectorAll("[data-count]")) {
      const shown = document.querySelector(`[data-count="${CSS.escape(fresh.dataset.count)}"]`);
      if (!shown || shown.textContent === fresh.textContent) continue;
      shown.textContent = fresh.textContent;
      shown.hidden = !fresh.textContent;
    }
  }
}
customElements.define("sidra-counts", Counts);
