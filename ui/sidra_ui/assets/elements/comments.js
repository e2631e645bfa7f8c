// Comments: "@" and letters offer colleagues, and what somebody else writes appears while the page stands.
import { Combobox } from "./combobox.js";

const TYPED = /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u;

class Mentions extends Combobox {
  get typed() {
    return TYPED.exec(this.input.value.slice(0, this.input.selectionStart))?.[1] ?? null;
  }

  get query() {
    return this.typed ?? "";
  }

  get asksAlways() {
    return this.typed !== null;
  }

  onInput() {
    if (this.typed === null) this.close();
    else super.onInput();
  }

  open() {
    super.open();
    this.querySelector("[data-said]").textContent = this.options.map((option) => option.textContent.trim()).join(", ");
  }

  onKey(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "Tab" && this.marked) {
      event.preventDefault();
      this.choose(this.marked);
    } else super.onKey(event);
  }

  choose(option) {
    const at = this.input.selectionStart;
    const start = at - this.typed.length;
    this.input.setRangeText(`${option.dataset.login} `, start, at, "end");
    this.close();
  }
}
customElements.define("sidra-mentions", Mentions);

// Whoever changes a comment of theirs just now sees the new ones afterwards.
document.addEventListener(
  "sidra:live",
  (event) => {
    const section = event.target.closest?.(".comments");
    if (event.detail?.kind === "comment" && section && !section.querySelector("details[open]")) {
      window.htmx.trigger(section, "sidra:comments");
    }
  },
  true,
);

// What was sent is answered by all comments anew: the focus stays in the box, and the tab says how many there are.
document.addEventListener("htmx:after:swap", () => {
  const section = document.getElementById("comments-list");
  const tab = document.querySelector("[data-tab=comments]");
  if (!section || !tab) return;
  let count = tab.querySelector(".count");
  if (!count && section.dataset.count) {
    count = document.createElement("span");
    count.className = "count num";
    tab.append(count);
  }
  if (count) count.textContent = section.dataset.count;
  if (document.activeElement === document.body) section.querySelector("textarea").focus({ preventScroll: true });
});
