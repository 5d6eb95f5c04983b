"use strict";

// Draws the figures of dashboard.json with uPlot into the places that the page leaves for them. Times are shown in the
// Institute's offset, as everywhere on the page: they are shifted by it and then written as if in UTC.
window.charts = (() => {
  const HEIGHT = 190;
  const BYTES = ["B", "kB", "MB", "GB", "TB"];
  const drawn = new Map();
  // Numbers and days as the server writes them: in Spanish with a point, as in Mexico; in English the day first.
  const lang = document.documentElement.lang === "es" ? "es-MX" : "en-GB";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let last = null;

  const hour = new Intl.DateTimeFormat(lang, { timeZone: "UTC", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(lang, { timeZone: "UTC", day: "numeric", month: "short" });

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  function times(_, splits) {
    return splits.map((split) => {
      const at = new Date(split * 1000);
      return split % 86400 === 0 ? day.format(at) : hour.format(at);
    });
  }

  function bytes(value) {
    let unit = 0;
    while (value >= 1000 && unit < BYTES.length - 1) {
      value /= 1000;
      unit++;
    }
    return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(value)} ${BYTES[unit]}`;
  }

  const seconds = (value) => `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(value)} s`;

  function axes(write) {
    const common = {
      stroke: colour("soft"),
      grid: { stroke: colour("line"), width: 1 },
      ticks: { stroke: colour("line"), width: 1 },
      font: "12px system-ui, sans-serif",
    };
    return [
      { ...common, values: times, space: 60 },
      { ...common, size: 64, space: 32, values: (_, splits) => splits.map(write) },
    ];
  }

  const fromZero = (_, low, high) => [0, high > 0 ? high * 1.1 : 1];

  // The kinds of chart: what is drawn, and how it is written.
  const kinds = {
    speed: (data) => ({
      columns: [data.speed.at, data.speed.seconds],
      write: seconds,
      series: [{ stroke: colour("accent"), fill: `${colour("accent")}22`, width: 2, points: { show: true, size: 5 } }],
    }),
    archive: (data) => {
      const { at, bytes: used, budget, fullAt } = data.archive;
      const gap = at.map(() => null);
      const series = [
        { stroke: colour("accent"), fill: `${colour("accent")}22`, width: 2, points: { show: false } },
      ];
      if (fullAt === null) {
        return { columns: [at, used], write: bytes, series };
      }
      const line = [...gap, budget];
      line[at.length - 1] = used[at.length - 1];
      return {
        columns: [[...at, fullAt], [...used, null], line, [...gap, budget].fill(budget)],
        write: bytes,
        series: [
          ...series,
          { stroke: colour("warn"), width: 2, dash: [6, 4], points: { show: false } },
          { stroke: colour("bad"), width: 1, dash: [2, 3], points: { show: false } },
        ],
      };
    },
    answers: (data) => ({
      columns: [data.answers.at, data.answers.slowest],
      write: seconds,
      // A bar stands in the middle of its hour's place.
      margin: 1800,
      series: [
        {
          stroke: colour("accent"),
          fill: `${colour("accent")}55`,
          width: 1,
          points: { show: false },
          paths: uPlot.paths.bars({ size: [0.7, 40] }),
        },
      ],
    }),
  };

  function options(place, kind) {
    const margin = kind.margin ?? 0;
    return {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true, range: (_, from, to) => [from - margin, to + margin] }, y: { range: fromZero } },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      axes: axes(kind.write),
      series: [{}, ...kind.series],
    };
  }

  function draw(data) {
    last = data;
    for (const place of document.querySelectorAll("[data-chart]")) {
      const name = place.dataset.chart;
      const kind = kinds[name](data);
      const columns = [kind.columns[0].map((at) => at + data.offsetSeconds), ...kind.columns.slice(1)];
      // One point is no line; the words beside it say as much.
      place.parentElement.hidden = columns[0].length < 2;
      const state = JSON.stringify([columns, place.clientWidth, dark.matches]);
      const before = drawn.get(name);
      if (place.parentElement.hidden || before?.state === state) {
        continue;
      }
      before?.plot.destroy();
      drawn.set(name, { state, plot: new uPlot(options(place, kind), columns, place) });
    }
  }

  const again = () => last !== null && draw(last);
  dark.addEventListener("change", again);
  addEventListener("resize", again);
  return { draw };
})();
