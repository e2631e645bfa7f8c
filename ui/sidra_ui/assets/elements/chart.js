// A drawing of the numbers that stand in the table below it. Without script there is the table.
import { init } from "./chart-parts.js";
import { options } from "./chart-options.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// The library reads few ways of writing a colour: the page's are painted once and read back.
function painted(host, value, tone = "neutral") {
  const probe = document.createElement("i");
  probe.className = `tone-${tone}`;
  probe.style.color = value;
  host.append(probe);
  ink.clearRect(0, 0, 1, 1);
  ink.fillStyle = getComputedStyle(probe).color;
  ink.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red, green, blue] = ink.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}

class Chart extends HTMLElement {
  connectedCallback() {
    this.plot = this.querySelector("[data-plot]");
    if (!this.plot || this.chart) return;
    this.data = JSON.parse(this.plot.dataset.drawing);
    this.isRound = this.data.kind === "pie" || this.data.kind === "donut";
    if (!this.isRound && this.data.horizontal) {
      this.plot.style.blockSize = `${Math.max(this.data.categories.length * 30 + 24, 80)}px`;
    }
    this.dress();
    this.chart = init(this.plot.firstElementChild, null, { renderer: "svg" });
    this.draw();
    this.listen();
  }

  disconnectedCallback() {
    this.sizes?.disconnect();
    this.themes?.disconnect();
    dark.removeEventListener("change", this.redraw);
    this.chart?.dispose();
    this.chart = undefined;
    this.plot?.replaceChildren();
  }

  // One stop of the tabulator; arrows go from point to point, and what is under them is read out.
  dress() {
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    canvas.ariaHidden = "true";
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.setAttribute("role", "status");
    this.plot.append(canvas, this.tip);
    this.plot.tabIndex = 0;
    this.plot.setAttribute("role", "application");
    this.plot.ariaLabel = `${this.plot.dataset.label} ${this.plot.dataset.how}`;
  }

  look() {
    const paint = (value, tone) => painted(this, value, tone);
    return {
      tone: (tone) => paint("var(--t-solid)", tone),
      soft: paint("var(--fg-3)"),
      line: paint("var(--line-soft)"),
      strong: paint("var(--line-strong)"),
      surface: paint("var(--bg)"),
      font: getComputedStyle(this).fontFamily,
      isRight: getComputedStyle(this).direction === "rtl",
      isCalm: calm.matches,
    };
  }

  draw() {
    this.chart.setOption(options(this.data, this.look()), { notMerge: true });
  }

  listen() {
    this.redraw = () => this.draw();
    this.sizes = new ResizeObserver(() => this.chart?.resize());
    this.sizes.observe(this.plot);
    this.themes = new MutationObserver(this.redraw);
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme", "dir"] });
    dark.addEventListener("change", this.redraw);
    const surface = this.chart.getZr();
    surface.on("mousemove", (event) => this.point(event.offsetX, event.offsetY));
    surface.on("globalout", () => this.leave());
    surface.on("click", (event) => this.follow(this.at(event.offsetX, event.offsetY)));
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.plot.addEventListener("blur", () => this.leave());
    this.plot.addEventListener("focus", () => this.plot.matches(":focus-visible") && this.show(this.now ?? { series: 0, place: 0 }));
    if (this.isRound) {
      this.chart.on("mouseover", ({ dataIndex }) => this.show({ series: 0, place: dataIndex }));
      this.chart.on("mouseout", () => this.leave());
      this.chart.on("click", ({ dataIndex }) => this.follow({ series: 0, place: dataIndex }));
    }
  }

  pixel({ series, place }) {
    if (this.isRound) return [this.plot.clientWidth / 2, this.plot.clientHeight / 2];
    const { value } = this.data.series[series].points[place];
    const spot = this.data.horizontal ? [value ?? 0, place] : [place, value ?? 0];
    return this.chart.convertToPixel({ seriesIndex: series }, spot);
  }

  // The point nearest to a spot: the category first, then the series.
  at(x, y) {
    if (this.isRound || !this.chart.containPixel("grid", [x, y])) return undefined;
    const found = this.chart.convertFromPixel({ gridIndex: 0 }, [x, y]);
    const place = Math.round(found[this.data.horizontal ? 1 : 0]);
    if (place < 0 || place >= this.data.categories.length) return undefined;
    if (this.data.stacked) return { series: this.layer(place, found[this.data.horizontal ? 0 : 1]), place };
    const here = this.data.horizontal ? x : y;
    const distance = (series) => Math.abs(this.pixel({ series, place })[this.data.horizontal ? 0 : 1] - here);
    const drawn = this.data.series.map((one, series) => series).filter((series) => this.data.series[series].points[place].value !== null);
    if (this.data.kind === "bar" && drawn.length > 1) return { series: this.column(drawn, place, x, y), place };
    return drawn.length ? { series: drawn.sort((one, other) => distance(one) - distance(other))[0], place } : undefined;
  }

  layer(place, value) {
    let reached = 0;
    const found = this.data.series.findIndex((one) => (reached += one.points[place].value ?? 0) >= value);
    return found < 0 ? this.data.series.length - 1 : found;
  }

  // Bars side by side share the room of their category.
  column(drawn, place, x, y) {
    const size = this.data.categories.length;
    const [start, next] = [place, Math.min(place + 1, size - 1)].map((each) => this.pixel({ series: 0, place: each })[this.data.horizontal ? 1 : 0]);
    const room = Math.abs(next - start) || (this.data.horizontal ? this.plot.clientHeight : this.plot.clientWidth) / size;
    const offset = ((this.data.horizontal ? y : x) - start) / room;
    const spread = (offset + 0.4) / 0.8;
    return drawn[Math.min(drawn.length - 1, Math.max(0, Math.floor(spread * drawn.length)))];
  }

  point(x, y) {
    if (this.isRound) return;
    const found = this.at(x, y);
    if (found) this.show(found);
    else this.leave();
  }

  show(now) {
    const point = this.data.series[now.series]?.points[now.place];
    if (!point) return;
    this.mark("downplay");
    this.now = now;
    this.mark("highlight");
    this.tip.replaceChildren(...this.lines(now));
    const [x, y] = this.pixel(now);
    const width = this.tip.offsetWidth;
    const least = Math.min(Math.max(x - width / 2, 0), Math.max(this.plot.clientWidth - width, 0));
    this.tip.style.left = `${least}px`;
    this.tip.style.top = `${Math.max(y - this.tip.offsetHeight - 12, -28)}px`;
    this.tip.classList.add("shown");
  }

  lines({ series, place }) {
    const head = document.createElement("b");
    head.textContent = this.data.categories[place];
    const rows = this.isRound ? [this.data.series[0]] : this.data.series;
    return [head, ...rows.map((one, index) => {
      const line = document.createElement("span");
      const swatch = document.createElement("span");
      const text = document.createElement("b");
      line.className = `tone-${one.points[place].tone}${index === series && rows.length > 1 ? " nearest" : ""}`;
      swatch.className = "swatch";
      text.textContent = one.points[place].text;
      line.append(swatch, `${one.name} `, text);
      return line;
    })];
  }

  mark(type) {
    if (this.now) this.chart.dispatchAction({ type, seriesIndex: this.now.series, dataIndex: this.now.place });
  }

  leave() {
    if (!this.chart || this.plot.matches(":focus-visible")) return;
    this.mark("downplay");
    this.now = undefined;
    this.tip.classList.remove("shown");
  }

  key(event) {
    const { series, place } = this.now ?? { series: 0, place: -1 };
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const size = this.data.categories.length;
    const count = this.data.series.length;
    const across = this.data.horizontal ? ["ArrowUp", "ArrowDown"] : [forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft", forward];
    const over = this.data.horizontal ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const step = across.indexOf(event.key);
    const turn = over.indexOf(event.key);
    if (event.key === "Enter") this.follow(this.now);
    else if (event.key === "Home") this.show({ series, place: 0 });
    else if (event.key === "End") this.show({ series, place: size - 1 });
    else if (step >= 0) this.show({ series, place: Math.min(Math.max(place + (step ? 1 : -1), 0), size - 1) });
    else if (turn >= 0) this.show({ series: (series + (turn ? 1 : count - 1)) % count, place: Math.max(place, 0) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  follow(now) {
    const href = now && this.data.series[now.series].points[now.place].href;
    // A page may show what the number is made of instead of the list behind it.
    const asks = new CustomEvent("sidra:point", { bubbles: true, cancelable: true, detail: { href } });
    if (href && this.dispatchEvent(asks)) location.assign(href);
  }
}
customElements.define("sidra-chart", Chart);
