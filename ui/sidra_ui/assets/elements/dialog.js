// A dialog that the server sent: it opens at once, and when it closes the focus goes back to what asked for it.
class Dialog extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    const asked = this.parentElement.querySelector("[aria-haspopup=dialog]");
    this.addEventListener("click", (event) => {
      if (event.target.closest("[data-close]")) dialog.close();
    });
    dialog.addEventListener("close", () => {
      this.remove();
      asked?.focus();
    });
    dialog.showModal();
    dialog.querySelector("input:not([type=hidden])")?.focus();
  }
}
customElements.define("sidra-dialog", Dialog);
