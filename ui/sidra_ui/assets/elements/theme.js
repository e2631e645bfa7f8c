// Light, dark, or as the device says.
const YEAR = 365 * 24 * 3600;

// Kept in a cookie, so that the server renders what was chosen at once.
export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax`;
}

export function chooseTheme(theme) {
  document.documentElement.dataset.theme = theme;
  remember("sidra_theme", theme);
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
      if (button) chooseTheme(button.dataset.themeChoice ?? (isDark() ? "light" : "dark"));
    });
    this.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const buttons = [...this.querySelectorAll("[role=radio]")];
      if (!step || !buttons.length) return;
      event.preventDefault();
      event.stopPropagation();
      const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      next.focus();
      chooseTheme(next.dataset.themeChoice);
    });
  }
}
customElements.define("sidra-theme", Theme);
