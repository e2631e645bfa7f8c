// The columns of a list in their order: dragged, or moved by the buttons beside them.
class Columns extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (button) this.move(button.closest("li"), Number(button.dataset.move), button);
    });
    this.addEventListener("dragstart", (event) => {
      this.dragged = event.target.closest("li");
      event.dataTransfer.effectAllowed = "move";
    });
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragend", () => {
      this.dragged = null;
    });
  }

  move(item, by, button) {
    const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(item);
    else other.after(item);
    button.focus();
  }

  over(event) {
    const item = event.target.closest("li");
    if (!this.dragged || !item || item === this.dragged) return;
    event.preventDefault();
    const box = item.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) item.before(this.dragged);
    else item.after(this.dragged);
  }
}
customElements.define("sidra-columns", Columns);
