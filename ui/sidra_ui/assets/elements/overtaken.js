// Somebody else changed the record meanwhile: what both changed is chosen in a dialog, which stays in the page after it.
class Overtaken extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.addEventListener("click", (event) => this.leave(event));
    // Closed, it stands at the top of the form, where the choice is still to be made.
    this.dialog.addEventListener("close", () => {
      this.dialog.setAttribute("open", "");
      this.showWay();
    });
    if (this.hasAttribute("data-fresh")) this.open();
    this.onSend = (event) => this.hold(event);
    addEventListener("submit", this.onSend, true);
    this.showWay();
  }

  disconnectedCallback() {
    removeEventListener("submit", this.onSend, true);
  }

  open() {
    if (!this.querySelector("fieldset")) return this.dialog.focus();
    if (!this.dialog.matches(":modal")) {
      this.dialog.removeAttribute("open");
      this.dialog.showModal();
    }
    this.showWay();
    (this.unanswered ?? this).querySelector("input[type=radio]").focus();
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

  showWay() {
    for (const button of this.querySelectorAll("[data-close]")) button.hidden = !this.dialog.matches(":modal");
  }

  get unanswered() {
    return [...this.querySelectorAll("fieldset")].find((each) => !each.querySelector("input:checked"));
  }

  // Nothing is saved before everything is chosen: who saves is led to what is not.
  hold(event) {
    if (event.target !== this.closest("form") || event.submitter?.formNoValidate || !this.unanswered) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.open();
  }
}
customElements.define("sidra-overtaken", Overtaken);
