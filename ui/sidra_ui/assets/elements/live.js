// What happens elsewhere is told here: one stream a tab, as long as it is in sight. A signal says "ask again" and no more:
// elements with data-live="TOPIC" get the event sidra:live. Where no stream comes through, the server is asked now and then.
const QUIET_MS = 10_000;
const FIRST_MS = 2_000;
const MOST_MS = 60_000;
const HIDDEN_MS = 2_000;
const GATHER_MS = 300;
export const UNATTENDED = "Sidra-Unattended";

class Live extends HTMLElement {
  connectedCallback() {
    this.since = this.dataset.since;
    this.wait = FIRST_MS;
    this.onSeen = () => this.look();
    this.onSwap = () => this.later(() => this.topics() !== this.asked && this.open(), GATHER_MS);
    document.addEventListener("visibilitychange", this.onSeen);
    document.addEventListener("htmx:after:swap", this.onSwap);
    document.addEventListener("sidra:online", this.onSeen);
    // A page that waits behind the way back keeps no connection.
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.look());
    this.look();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.onSeen);
    document.removeEventListener("htmx:after:swap", this.onSwap);
    document.removeEventListener("sidra:online", this.onSeen);
    this.close();
  }

  later(what, milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(what, milliseconds);
  }

  // Browsers have few connections to one server: a tab out of sight has none, and is told what it missed.
  look() {
    if (document.hidden) this.later(() => this.close(), HIDDEN_MS);
    else this.open();
  }

  topics() {
    const found = [...document.querySelectorAll("[data-live]")].map((each) => each.dataset.live);
    return [...new Set(found)].filter(Boolean).sort().join("\n");
  }

  open() {
    this.close();
    this.asked = this.topics();
    if (!this.asked || !this.dataset.href) return;
    const url = new URL(this.dataset.href, location.href);
    for (const topic of this.asked.split("\n")) url.searchParams.append("topic", topic);
    const here = document.querySelector("[data-here]");
    if (here) url.searchParams.set("here", here.dataset.live);
    if (here && "edits" in here.dataset) url.searchParams.set("edits", "");
    if (this.since) url.searchParams.set("since", this.since);
    if (this.polls) url.searchParams.set("poll", "");
    const source = (this.source = new EventSource(url));
    this.quiet = setTimeout(() => this.poll(), QUIET_MS);
    source.addEventListener("begin", (event) => this.began(event));
    source.addEventListener("message", (event) => this.hear(event));
    source.addEventListener("error", () => this.failed(source));
  }

  began(event) {
    clearTimeout(this.quiet);
    this.wait = FIRST_MS;
    this.since = event.lastEventId || this.since;
  }

  hear(event) {
    this.since = event.lastEventId || this.since;
    const { topic, kind } = JSON.parse(event.data);
    for (const each of document.querySelectorAll(`[data-live="${CSS.escape(topic)}"]`)) {
      each.dispatchEvent(new CustomEvent("sidra:live", { detail: { topic, kind } }));
    }
  }

  // Something between keeps the stream for itself.
  poll() {
    this.polls = true;
    this.open();
  }

  // The browser comes again by itself unless it was refused.
  failed(source) {
    document.dispatchEvent(new CustomEvent("sidra:doubt"));
    if (source !== this.source || source.readyState !== EventSource.CLOSED) return;
    this.later(() => this.look(), this.wait);
    this.wait = Math.min(this.wait * 2, MOST_MS);
  }

  close() {
    clearTimeout(this.quiet);
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.asked = null;
  }
}
customElements.define("sidra-live", Live);

// To be told is no sign that somebody is there: what follows from it renews no session.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.sourceEvent?.type === "sidra:live") ctx.request.headers[UNATTENDED] = "1";
});

// A piece of the page that is asked for anew whenever its topic is told of.
class Told extends HTMLElement {
  connectedCallback() {
    this.addEventListener("sidra:live", () => this.ask());
  }

  async ask() {
    if (this.isAsking) return (this.again = true);
    this.isAsking = true;
    const answer = await fetch(this.dataset.href, { headers: { [UNATTENDED]: "1" } }).catch(() => null);
    this.isAsking = false;
    if (answer?.ok && !answer.redirected) this.take(await answer.text());
    if (!this.again) return;
    this.again = false;
    this.ask();
  }

  take(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    this.replaceChildren(...parsed.body.childNodes);
    const news = this.querySelector("[data-news]");
    if (!news || news.dataset.news <= (this.dataset.latest ?? "")) return;
    this.dataset.latest = news.dataset.news;
    const detail = { text: news.textContent, tone: "accent" };
    document.dispatchEvent(new CustomEvent("sidra:toast", { detail }));
  }
}
customElements.define("sidra-told", Told);
