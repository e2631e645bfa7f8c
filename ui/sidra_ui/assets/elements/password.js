// Shows what is typed into a password, for whoever types it alone in a room.
class Password extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    const show = button.title;
    button.hidden = false;
    button.addEventListener("click", () => {
      const isShown = input.type === "password";
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
      button.title = isShown ? button.dataset.hide : show;
      button.setAttribute("aria-label", button.title);
    });
    // What was shown is sent as a password, so that no browser keeps it among the texts once typed.
    this.closest("form")?.addEventListener("submit", () => (input.type = "password"));
  }
}

customElements.define("sidra-password", Password);
