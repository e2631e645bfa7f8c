// Tabs within a page. Without script the tab bar is a list of jumps and all panels show.
// State lives in data-live-* attributes, which a morph leaves alone.
class Tabs extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-tab]");
      if (!tab) return;
      event.preventDefault();
      this.show(tab.dataset.tab);
      history.replaceState(history.state, "", `#${tab.dataset.tab}`);
    });
    this.addEventListener("keydown", (event) => this.onKey(event));
    this.onHash = () => this.follow();
    this.onSwap = () => this.show(this.dataset.liveTab);
    addEventListener("hashchange", this.onHash);
    document.addEventListener("htmx:after:swap", this.onSwap);
    this.show(this.tabs[0]?.dataset.tab);
    this.follow();
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this.onHash);
    document.removeEventListener("htmx:after:swap", this.onSwap);
  }

  get tabs() {
    return [...this.querySelectorAll("[data-tab]")];
  }

  get panels() {
    return [...this.querySelectorAll(":scope > [data-panel]")];
  }

  // Opens the tab that the address names, or the one that holds the element it names.
  follow() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const panel = target && target.closest("[data-panel]");
    if (!panel || !this.contains(panel)) return;
    this.show(panel.id);
    if (target !== panel) target.focus();
  }

  show(id) {
    if (!this.tabs.length || !id) return;
    const known = this.tabs.some((tab) => tab.dataset.tab === id) ? id : this.tabs[0].dataset.tab;
    this.dataset.liveTab = known;
    this.querySelector("[data-tabs]").setAttribute("role", "tablist");
    for (const tab of this.tabs) {
      const isOn = tab.dataset.tab === known;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(isOn));
      tab.setAttribute("aria-controls", tab.dataset.tab);
      tab.tabIndex = isOn ? 0 : -1;
      // The tab's mark tells of a problem in a panel that is out of sight.
      const panel = document.getElementById(tab.dataset.tab);
      tab.toggleAttribute("data-live-bad", Boolean(panel?.querySelector("[aria-invalid=true]")));
    }
    for (const panel of this.panels) {
      panel.setAttribute("role", "tabpanel");
      panel.toggleAttribute("data-live-hidden", panel.id !== known);
    }
  }

  onKey(event) {
    const tab = event.target.closest("[data-tab]");
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = { [forward]: 1, [forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight"]: -1 }[event.key];
    if (!tab || !step) return;
    event.preventDefault();
    const tabs = this.tabs;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    this.show(next.dataset.tab);
    next.focus();
  }
}
customElements.define("sidra-tabs", Tabs);
