// Somebody else changed the record meanwhile: what both changed is chosen in a dialog, which stays in the page after it.
class Overtaken extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("click", (event) => this.leave(event));
    // Closed, it stands at the top of the form, where the choice is still to be made.
    this.dialog.addEventListener("close", () => {
      this.dialog.setAttribute("open", "");
      this.hold();
    });
    if (this.hasAttribute("data-fresh")) this.open();
    this.wait = () => this.isConnected && this.hold();
    for (const kind of ["change", "htmx:after:swap"]) document.addEventListener(kind, this.wait);
    this.hold();
  }

  disconnectedCallback() {
    for (const kind of ["change", "htmx:after:swap"]) document.removeEventListener(kind, this.wait);
  }

  open() {
    if (!this.querySelector("fieldset")) return this.dialog.focus();
    this.dialog.removeAttribute("open");
    this.dialog.showModal();
    this.dialog.querySelector("input[type=radio]").focus();
  }

  leave(event) {
    const field = event.target.dataset.field ?? event.target.closest("a")?.hash.slice(1);
    if (field === undefined && !event.target.closest("[data-close]")) return;
    if (this.dialog.matches(":modal")) this.dialog.close();
    const control = document.getElementById(field);
    if (!control) return;
    control.closest("sidra-tabs")?.show(control.closest("[data-panel]")?.id);
    control.focus();
    control.scrollIntoView({ block: "center" });
  }

  // Nothing is saved before everything is chosen.
  hold() {
    for (const button of this.querySelectorAll("[data-close]")) button.hidden = !this.dialog.matches(":modal");
    const waits = [...this.querySelectorAll("fieldset")].some((each) => !each.querySelector("input:checked"));
    for (const button of this.closest("form").querySelectorAll("[type=submit]")) button.disabled = waits;
  }
}
customElements.define("sidra-overtaken", Overtaken);
