// The global search box: the options are links, Enter without a choice asks for the search page.
import { Combobox } from "./combobox.js";

class Search extends Combobox {
  connectedCallback() {
    super.connectedCallback();
    this.input.addEventListener("focus", () => this.list.querySelector("[role=option]") && this.input.value && this.open());
  }

  choose(option, event) {
    if (event.type === "keydown") option.click();
  }
}
customElements.define("sidra-search", Search);
