// The command palette in the search box: Ctrl K or "/" go there; empty it offers what is at hand; each option is a link
// but for those that post, and those that the browser does by itself. Enter without a choice asks for the search page.
import { Combobox } from "./combobox.js";
import { chooseTheme } from "./theme.js";

const RECENT = "sidra-recent";
const MOST_RECENT = 6;
const RECORD = /^\/[a-z][a-z0-9_]*\/[a-z][a-z0-9_]*\/[0-9a-f-]{36}/;

// Addresses alone: the names are read anew, with the rights of whoever asks. Signing out clears them.
function recent() {
  try {
    return JSON.parse(sessionStorage.getItem(RECENT) ?? "[]");
  } catch {
    return [];
  }
}

class Search extends Combobox {
  connectedCallback() {
    super.connectedCallback();
    this.asksAlways = true;
    this.dataset.base = this.dataset.href;
    this.input.addEventListener("focus", () => this.ask());
    this.input.addEventListener("click", () => this.list.hidden && this.ask());
    const here = RECORD.exec(location.pathname)?.[0];
    if (here) sessionStorage.setItem(RECENT, JSON.stringify([here, ...recent().filter((path) => path !== here)].slice(0, MOST_RECENT)));
  }

  ask() {
    const url = new URL(this.dataset.base, location.href);
    url.searchParams.set("at", location.pathname);
    const here = recent().filter((path) => path.startsWith(this.dataset.home));
    if (!this.query) for (const path of here) url.searchParams.append("recent", path);
    this.dataset.href = url.pathname + url.search;
    return super.ask();
  }

  choose(option, event) {
    const { choice, question } = option.dataset;
    if (choice) {
      event.preventDefault();
      this.close();
      if (choice.startsWith("theme:")) chooseTheme(choice.slice("theme:".length));
      else document.querySelector(`[data-opens="${choice}"]`)?.click();
    } else if ("post" in option.dataset) {
      event.preventDefault();
      const form = this.querySelector("[data-palette-post]");
      form.action = option.href;
      if (question) form.dataset.confirm = question;
      else delete form.dataset.confirm;
      form.requestSubmit();
    } else if (event.type === "keydown") option.click();
  }
}
customElements.define("sidra-search", Search);
