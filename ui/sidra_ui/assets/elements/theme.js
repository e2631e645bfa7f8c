// Light, dark, or as the device says. A cookie keeps the choice, so that the server renders it at once.
const YEAR = 365 * 24 * 3600;

function choose(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `sidra_theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-checked", String(button.dataset.themeChoice === theme));
  }
}

function isDark() {
  return getComputedStyle(document.documentElement).colorScheme === "dark";
}

class Theme extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) choose(button.dataset.themeChoice ?? (isDark() ? "light" : "dark"));
    });
    this.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const buttons = [...this.querySelectorAll("[role=radio]")];
      if (!step || !buttons.length) return;
      event.preventDefault();
      event.stopPropagation();
      const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      next.focus();
      choose(next.dataset.themeChoice);
    });
  }
}
customElements.define("sidra-theme", Theme);
