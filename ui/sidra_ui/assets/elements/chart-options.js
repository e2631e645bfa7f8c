// What the drawing library is told: built from the server's numbers and texts, the page's colours and direction.

const rounded = (horizontal, isRight) =>
  horizontal ? (isRight ? [3, 0, 0, 3] : [0, 3, 3, 0]) : [3, 3, 0, 0];

function pie(data, look) {
  const [series] = data.series;
  return {
    series: [{
      type: "pie",
      radius: data.kind === "donut" ? ["58%", "88%"] : "88%",
      clockwise: !look.isRight,
      label: { show: false },
      labelLine: { show: false },
      emphasis: { scaleSize: 4 },
      itemStyle: { borderColor: look.surface, borderWidth: 2 },
      cursor: "pointer",
      data: series.points.map((point, place) => ({
        name: data.categories[place], value: point.value ?? 0, itemStyle: { color: look.tone(point.tone) },
      })),
    }],
  };
}

// The axis is as long as its figures need, and a dashed line names what is aimed at.
const goal = (data, look) => data.target && {
  silent: true,
  symbol: "none",
  animation: false,
  label: { show: false },
  lineStyle: { color: look.soft, type: "dashed", width: 1.2 },
  data: [data.horizontal ? { xAxis: data.target.value } : { yAxis: data.target.value }],
};

function series(data, look) {
  const isStacked = data.stacked;
  return data.series.map((one, place) => {
    const color = look.tone(one.tone);
    const isBar = data.kind === "bar" && !one.dashed;
    const isTop = !isStacked || place === data.series.length - 1;
    const bar = {
      type: "bar",
      stack: isStacked ? "all" : undefined,
      barMaxWidth: data.horizontal ? 12 : 28,
      barGap: "15%",
      itemStyle: { color, borderRadius: isTop ? rounded(data.horizontal, look.isRight) : 0 },
    };
    const line = {
      type: "line",
      showSymbol: one.points.length === 1,
      symbol: "circle",
      symbolSize: 8,
      lineStyle: { width: one.dashed ? 1.4 : 2, type: one.dashed ? "dashed" : "solid", color },
      itemStyle: { color, borderColor: look.surface, borderWidth: 2 },
      areaStyle: data.kind === "area" && !one.dashed ? { opacity: 0.08, color } : undefined,
      stack: isStacked && data.kind === "area" ? "all" : undefined,
    };
    return {
      ...(isBar ? bar : line),
      name: one.name,
      cursor: one.points.some((point) => point.href) ? "pointer" : "default",
      emphasis: { focus: "none", itemStyle: { opacity: 0.8 } },
      markLine: place === 0 ? goal(data, look) ?? undefined : undefined,
      data: one.points.map((point) => point.value),
    };
  });
}

export function options(data, look) {
  const base = { animation: !look.isCalm, animationDuration: 250, textStyle: { fontFamily: look.font } };
  if (data.kind === "pie" || data.kind === "donut") return { ...base, ...pie(data, look) };
  const texts = new Map(data.ticks.map((tick) => [tick.value, tick.text]));
  const label = { color: look.soft, fontSize: 11, fontFamily: look.font };
  const [first, second] = data.ticks;
  const last = data.ticks.at(-1);
  const categories = {
    type: "category",
    data: data.categories,
    boundaryGap: data.kind === "bar",
    axisTick: { show: false },
    axisLine: { show: !data.horizontal, lineStyle: { color: look.strong } },
    axisLabel: { ...label, hideOverlap: true, ...(data.horizontal ? { width: 130, overflow: "truncate" } : {}) },
    inverse: data.horizontal ? true : look.isRight,
    position: data.horizontal && look.isRight ? "right" : undefined,
  };
  const values = {
    type: "value",
    min: first?.value,
    max: last?.value,
    interval: first && second ? second.value - first.value : undefined,
    axisLabel: { ...label, formatter: (value) => texts.get(value) ?? "" },
    splitLine: { lineStyle: { color: look.line } },
    inverse: data.horizontal ? look.isRight : false,
    position: !data.horizontal && look.isRight ? "right" : undefined,
  };
  return {
    ...base,
    grid: { left: 4, right: 12, top: 10, bottom: 6, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: data.horizontal ? values : categories,
    yAxis: data.horizontal ? categories : values,
    series: series(data, look),
  };
}
