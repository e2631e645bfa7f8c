// Something passes: the page asks again by itself, less and less often, and goes on once it is answered.
const MOST_SECONDS = 30;

class Retry extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.wait(Number(this.dataset.seconds));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  // The way on: to the form whose entries wait in this tab, else to the page that was wanted.
  get href() {
    return JSON.parse(sessionStorage.getItem("lost") ?? "null")?.address ?? this.dataset.href;
  }

  wait(seconds) {
    this.timer = setTimeout(() => this.ask(seconds), seconds * 1000);
  }

  async ask(seconds) {
    const answer = await fetch(this.href, { headers: { "Cache-Control": "no-cache" } }).catch(() => null);
    if (!answer || answer.status >= 500) this.wait(Math.min(seconds * 2, MOST_SECONDS));
    else location.assign(this.href);
  }
}
customElements.define("sidra-retry", Retry);
