// Short notices. Those of a background request come by its HX-Trigger header: {"sidra:toast": {"text", "tone"}}.
const STAY_MS = 6000;

class Toasts extends HTMLElement {
  connectedCallback() {
    for (const toast of this.querySelectorAll(".toast")) this.arm(toast);
    document.addEventListener("sidra:toast", (event) => this.add(event.detail.text, event.detail.tone));
    document.addEventListener("htmx:response:error", () => this.add(this.dataset.failed, "red"));
    document.addEventListener("htmx:error", (event) => {
      if (event.detail.ctx) this.add(navigator.onLine ? this.dataset.failed : this.dataset.offline, "red");
    });
  }

  add(text, tone = "green") {
    if ([...this.children].some((toast) => toast.textContent === text)) return;
    const toast = document.createElement("div");
    toast.className = `toast tone-${tone}`;
    const words = document.createElement("span");
    words.className = "grow";
    words.textContent = text;
    toast.append(words);
    this.append(toast);
    this.arm(toast);
  }

  arm(toast) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.setAttribute("aria-label", this.dataset.close);
    button.addEventListener("click", () => toast.remove());
    toast.append(button);
    let timer = setTimeout(() => toast.remove(), STAY_MS);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => (timer = setTimeout(() => toast.remove(), STAY_MS)));
  }
}
customElements.define("sidra-toasts", Toasts);
