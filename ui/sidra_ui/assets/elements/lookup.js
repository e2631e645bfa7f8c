// A record chosen by typing. Only a choice from the list counts; other text is taken back on leaving.
import { Combobox } from "./combobox.js";

const KEPT = 6;

// Ids alone, by what is looked up; who may read them is decided anew. Signing out clears them.
function chosen(address) {
  return JSON.parse(sessionStorage.getItem(`chosen:${address}`) ?? "[]");
}

class Lookup extends Combobox {
  connectedCallback() {
    super.connectedCallback();
    this.value = this.querySelector("input[type=hidden]");
    this.chosen = this.input.value;
    this.address = this.dataset.href;
    this.input.addEventListener("click", () => this.list.hidden && !this.input.value && this.ask());
    this.querySelector("[data-clear]").addEventListener("click", () => {
      this.set("", "");
      this.input.focus();
    });
    // The typed text is not a value of the form: the form must not take it for a change.
    for (const kind of ["input", "change"]) {
      this.addEventListener(kind, (event) => event.target === this.input && event.stopPropagation());
    }
  }

  // What was chosen lately and what is newest are offered before anything is typed.
  get asksAlways() {
    return true;
  }

  get kept() {
    return new URL(this.address, location.href).pathname;
  }

  ask() {
    const url = new URL(this.address, location.href);
    if (!this.query) for (const id of chosen(this.kept)) url.searchParams.append("recent", id);
    this.dataset.href = url.pathname + url.search;
    return super.ask();
  }

  choose(option) {
    if (option.dataset.create) return this.create(this.named(option.dataset.create));
    const { value, text } = option.dataset;
    const before = chosen(this.kept).filter((id) => id !== value);
    sessionStorage.setItem(`chosen:${this.kept}`, JSON.stringify([value, ...before].slice(0, KEPT)));
    this.set(value, text);
    this.close();
  }

  // Whoever types fast chooses before the offer for the last letters came: what is entered names the new record.
  named(href) {
    const url = new URL(href, location.href);
    url.searchParams.set("text", this.query);
    return url.pathname + url.search;
  }

  // Where nobody makes it in a dialog, the form of the new record is a page of its own.
  create(href) {
    this.close();
    const asked = new CustomEvent("sidra:create", {
      bubbles: true,
      cancelable: true,
      detail: { href, field: this.input.id },
    });
    if (this.dispatchEvent(asked)) location.assign(href);
  }

  set(value, text) {
    this.input.value = this.chosen = text;
    if (this.value.value === value) return;
    this.value.value = value;
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  onLeave() {
    super.onLeave();
    if (!this.input.value.trim()) this.set("", "");
    else this.input.value = this.chosen;
  }
}
customElements.define("sidra-lookup", Lookup);
