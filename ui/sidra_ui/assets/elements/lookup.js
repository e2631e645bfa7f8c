// A record chosen by typing. Only a choice from the list counts; other text is taken back on leaving.
import { Combobox } from "./combobox.js";

class Lookup extends Combobox {
  connectedCallback() {
    super.connectedCallback();
    this.value = this.querySelector("input[type=hidden]");
    this.chosen = this.input.value;
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

  // What is newest is offered before anything is typed.
  get asksAlways() {
    return true;
  }

  choose(option) {
    if (option.dataset.create) return this.create(option.dataset.create);
    this.set(option.dataset.value, option.dataset.text);
    this.close();
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
