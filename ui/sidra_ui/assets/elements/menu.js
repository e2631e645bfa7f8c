// A button and what it opens. Escape and a click elsewhere close it; arrows walk through the entries.
class Menu extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector(":scope > button");
    this.content = this.querySelector(":scope > .menu");
    this.button.addEventListener("click", () => this.toggle(this.content.hidden));
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.toggle(false);
    });
    this.onOutside = (event) => {
      if (!this.contains(event.target)) this.toggle(false);
    };
    document.addEventListener("pointerdown", this.onOutside);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.onOutside);
  }

  get entries() {
    return [...this.content.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")];
  }

  toggle(open) {
    if (this.content.hidden === !open) return;
    this.content.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.entries[0]?.focus();
  }

  onKey(event) {
    if (event.key === "Escape" && !this.content.hidden) {
      event.stopPropagation();
      this.toggle(false);
      this.button.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    event.preventDefault();
    if (this.content.hidden) return this.toggle(true);
    const entries = this.entries;
    entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length]?.focus();
  }
}
customElements.define("sidra-menu", Menu);
