// The summary of a refused form takes the focus; its links go to the fields, whichever tab they are in.
class Errors extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("data-focus")) this.focus();
    this.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) return;
      event.preventDefault();
      field.closest("sidra-tabs")?.show(field.closest("[data-panel]")?.id);
      field.focus();
      field.scrollIntoView({ block: "center" });
    });
  }
}
customElements.define("sidra-errors", Errors);
