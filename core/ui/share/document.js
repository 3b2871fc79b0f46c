"use strict";
// The charts have no colours of their own for paper and text: they take those of the page, light or dark.
const drawn = JSON.parse(document.getElementById("drawn").textContent);
const charts = [...document.querySelectorAll(".chart")];
const DARK = matchMedia("(prefers-color-scheme: dark)");
const NARROW = matchMedia("(max-width: 640px)");
const LIGHT = { ink: "#1c2530", paper: "#ffffff" };
function colours() {
  const page = getComputedStyle(document.body);
  return { ink: page.color, paper: page.backgroundColor };
}

// A colour that is too faint for words comes closer to the ink, until it is read at 4.5:1.
const parts = (colour) => colour.startsWith("#")
  ? [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16)) : colour.match(/[\d.]+/g).slice(0, 3).map(Number);
function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
function readable(colour, { ink, paper }) {
  const [from, to] = [parts(colour), parts(ink)];
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = from.map((c, i) => Math.round(c + share * (to[i] - c)));
    if (contrast(mixed, parts(paper)) >= 4.5) return `rgb(${mixed})`;
  }
  return ink;
}

// Changes of a layout are told as Plotly's relayout takes them: {"font.color": ..., "annotations[2].yshift": ...}.
const steps = (key) => key.match(/[^.[\]]+/g);
const at = (layout, key) => steps(key).reduce((inner, step) => inner?.[step], layout);
function put(layout, changes) {
  for (const [key, value] of Object.entries(changes)) {
    const path = steps(key), last = path.pop();
    path.reduce((inner, step) => inner[step] ??= {}, layout)[last] = value;
  }
}
function dress({ layout }, own) {
  const changes = {
    "font.color": own.ink, paper_bgcolor: own.paper,
    "hoverlabel.bgcolor": own.paper, "hoverlabel.bordercolor": own.ink, "hoverlabel.font.color": own.ink,
  };
  (layout.annotations ?? []).forEach((label, i) => {
    if (label.font?.color) changes[`annotations[${i}].font.color`] = readable(label.font.color, own);
  });
  (layout.updatemenus ?? []).forEach((menu, i) => {
    changes[`updatemenus[${i}].font.color`] = own.ink;
  });
  return changes;
}

// On a phone a chart gets margins that are no wider than what stands in them, smaller words, fewer ticks, and names
// that would overlap one below the other. Words that a drag may bring in are thought of, too.
const SMALL = 11, LINE = 15;
const FAMILY = getComputedStyle(document.body).fontFamily;
const ruler = document.createElement("canvas").getContext("2d");
function width(text, size = SMALL, weight = 600) {
  return Math.max(...text.split("<br>").map((line) => {
    ruler.font = `${weight} ${size}px ${FAMILY}`;
    return ruler.measureText(line.replace(/<[^>]*>/g, "")).width;
  }));
}
function labels({ layout, frames }) {  // those that are shown, at each position of the sliders
  const own = layout.annotations ?? [];
  const told = (frames ?? []).map((frame) => frame.layout?.annotations).filter(Boolean);
  return [own, ...told.map((some) => own.map((label, i) => ({ ...label, ...some[i] })))]
    .map((all) => all.map((label, i) => ({ ...label, i })).filter((label) => label.visible !== false && label.text));
}
const isFlush = (label) => label.xref === "paper" && label.x === 0 && label.xanchor === "left" && label.align === "left";
const isFigures = (label) => isFlush(label) && label.yref === "paper" && label.y === 1 && label.yanchor === "bottom";
const axes = (layout) => Object.keys(layout).filter((name) => /^xaxis\d*$/.test(name));
const fitted = new Map(charts.map((chart) => [chart, {}]));  // what is no longer as it was drawn
function change(chart, changes) {
  Object.assign(fitted.get(chart), changes);
  return Plotly.relayout(chart, changes);
}
function small({ layout }) {
  const changes = {};
  (layout.annotations ?? []).forEach((label, i) => {
    if (label.font?.size > SMALL && !isFigures(label)) changes[`annotations[${i}].font.size`] = SMALL;
  });
  (layout.sliders ?? []).forEach((_, i) => {
    changes[`sliders[${i}].currentvalue.font.size`] = SMALL;
  });
  for (const name of axes(layout)) {
    changes[`${name}.tickangle`] = 0;
    changes[`${name}.title.font.size`] = 12;
    changes[`${name}.title.standoff`] = 2;
  }
  return changes;
}
function boxes(chart) {  // of all words but those that are placed below
  const whole = chart.getBoundingClientRect();
  return [...chart.querySelectorAll(".main-svg text")]
    .filter((text) => !text.closest(".slider-container, .updatemenu-container, .annotation, .hoverlayer"))
    .map((text) => ({ text, box: text.getBoundingClientRect() })).filter(({ box }) => box.width)
    .map(({ text, box }) => ({
      title: /^x\d*title$/.test(text.getAttribute("class") ?? ""), left: box.left - whole.left,
      right: box.right - whole.left,
    }));
}
function margins(chart) {
  const { layout } = drawn[chart.id], size = chart._fullLayout._size, shown = labels(drawn[chart.id]).flat();
  const beside = (x, anchor) => shown.filter((one) => one.xref === "paper" && one.x === x && one.xanchor === anchor)
    .map((one) => width(one.text, NARROW.matches ? SMALL : one.font?.size ?? 12) + Math.abs(one.xshift ?? 0));
  const words = boxes(chart).filter((box) => !box.title);
  const room = layout.sliders ? 18 : 8;
  const left = Math.max(
    size.l - Math.min(size.l, ...words.map((box) => box.left)), ...beside(0, "right"),
    layout.updatemenus ? 60 : room,
  );
  const right = Math.max(
    Math.max(0, ...words.map((box) => box.right)) - size.l - size.w, ...beside(1, "left"), room,
  );
  return { "margin.l": Math.ceil(left) + 6, "margin.r": Math.ceil(right) + 6 };
}
function rows(chart) {  // names in one row that would overlap
  const size = chart._fullLayout._size, lowered = {};
  for (const shown of labels(drawn[chart.id])) {
    const groups = {};
    for (const one of shown.filter((label) => !label.showarrow && /^x?\d*$/.test(label.xref ?? "x"))) {
      (groups[[one.xref, one.yref, one.y, one.yshift, one.yanchor]] ??= []).push(one);
    }
    for (const group of Object.values(groups)) {
      const ends = [];
      const placed = group.map((one) => {
        const axis = chart._fullLayout[(one.xref ?? "x").replace("x", "xaxis")];
        return { one, middle: axis.l2p(one.x), half: width(one.text) / 2 };
      });
      for (const { one, middle, half } of placed.sort((a, b) => a.middle - b.middle)) {
        let row = ends.findIndex((end) => end + 3 < middle - half);
        if (row < 0) row = ends.length;
        ends[row] = middle + half;
        lowered[one.i] = Math.max(lowered[one.i] ?? 0, row);
      }
    }
  }
  const changes = {};
  for (const [i, row] of Object.entries(lowered)) {
    const own = drawn[chart.id].layout.annotations[i], up = own.yanchor === "bottom" || own.yshift > 0;
    if (row) changes[`annotations[${i}].yshift`] = (own.yshift ?? 0) + (up ? 1 : -1) * row * LINE;
  }
  return changes;
}
function ticks(chart) {  // every second one where they would touch, and a title in two lines where it is too long
  const changes = {};
  for (const name of axes(drawn[chart.id].layout)) {
    const axis = chart._fullLayout[name], wanted = drawn[chart.id].layout[name], title = wanted.title?.text ?? "";
    if (!axis.visible) continue;
    const shown = [...chart.querySelectorAll(`.${axis._id}tick text`)].map((text) => text.getBoundingClientRect())
      .sort((a, b) => a.left - b.left);
    if (shown.some((box, i) => i && box.left < shown[i - 1].right + 4)) {
      if (wanted.tickvals) {
        const odd = Math.max(0, wanted.tickvals.indexOf(0)) % 2;
        const every = (list) => list.filter((_, i) => i % 2 === odd);
        changes[`${name}.tickvals`] = every(wanted.tickvals);
        if (wanted.ticktext) changes[`${name}.ticktext`] = every(wanted.ticktext);
      } else changes[`${name}.dtick`] = 2 * axis.dtick;
    }
    if (width(title, 12) > axis._length + 24 && title.includes(" ")) {
      const spaces = [...title.matchAll(/ /g)].map((space) => space.index);
      const middle = spaces.reduce((a, b) => Math.abs(b - title.length / 2) < Math.abs(a - title.length / 2) ? b : a);
      changes[`${name}.title.text`] = `${title.slice(0, middle)}<br>${title.slice(middle + 1)}`;
    }
  }
  return changes;
}
async function fit(chart) {
  await change(chart, margins(chart));
  const changes = { ...rows(chart), ...ticks(chart) }, left = chart.layout.margin.l, room = chart.offsetWidth - 8;
  for (const label of labels(drawn[chart.id]).flat().filter(isFlush)) {  // sentences have all of the chart
    const size = `annotations[${label.i}].font.size`, wide = width(label.text, SMALL, label.font?.weight ?? 400);
    changes[`annotations[${label.i}].xshift`] = 4 - left;
    if (wide > room && !isFigures(label)) changes[size] = Math.min(changes[size] ?? SMALL, SMALL * room / wide);
  }
  await change(chart, changes);
  const whole = chart.getBoundingClientRect(), { height, margin } = chart.layout;
  const words = [...chart.querySelectorAll(".main-svg text")].map((text) => text.getBoundingClientRect())
    .filter((box) => box.width);
  const above = Math.ceil(Math.max(0, ...words.map((box) => whole.top - box.top + 2)));
  const below = Math.ceil(Math.max(0, ...words.map((box) => box.bottom - whole.bottom + 2)));
  if (above + below) {
    await change(chart, { height: height + above + below, "margin.t": margin.t + above, "margin.b": margin.b + below });
  }
}
async function loosen(chart) {  // on a screen margins stay as they are, unless the font of this machine needs more
  const { margin } = drawn[chart.id].layout;
  const wider = Object.entries(margins(chart)).filter(([key, wanted]) => wanted - 6 > margin[key.at(-1)]);
  if (wider.length) await change(chart, Object.fromEntries(wider));
}
function unfitted(chart) {
  const before = Object.keys(fitted.get(chart)).map((key) => [key, at(drawn[chart.id].layout, key) ?? null]);
  fitted.set(chart, {});
  return Object.fromEntries(before);
}
async function draw(chart) {
  const { data, layout, frames } = drawn[chart.id];  // frames: what a chart can be dragged through
  const shown = structuredClone(layout);
  put(shown, dress(drawn[chart.id], colours()));
  shown.font = { ...shown.font, family: FAMILY, size: 12 };
  shown.plot_bgcolor = "rgba(0,0,0,0)";
  shown.template = { layout: { xaxis: { showgrid: false }, margin: { pad: 8 } } };  // as on the page
  if (NARROW.matches) {
    fitted.set(chart, small(drawn[chart.id]));
    put(shown, fitted.get(chart));
  }
  await Plotly.newPlot(chart, { data, frames, layout: shown, config: { displayModeBar: false, responsive: true } });
  await (NARROW.matches ? fit(chart) : loosen(chart));
}
async function again(chart) {
  await Plotly.relayout(chart, { ...unfitted(chart), width: null, autosize: true, ...dress(drawn[chart.id], colours()) });
  if (!NARROW.matches) return loosen(chart);
  await change(chart, small(drawn[chart.id]));
  await fit(chart);
}
charts.forEach(draw);
DARK.addEventListener("change", () => {
  for (const chart of charts) Plotly.relayout(chart, dress(drawn[chart.id], colours()));
});
NARROW.addEventListener("change", () => charts.forEach(again));
// Paper is white and narrower than a screen.
addEventListener("beforeprint", () => {
  for (const chart of charts) {
    Plotly.relayout(chart, { ...unfitted(chart), ...dress(drawn[chart.id], LIGHT), width: 660 });
  }
});
addEventListener("afterprint", () => charts.forEach(again));
for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    const { chart, format } = button.dataset;
    const place = document.getElementById(chart);
    Plotly.downloadImage(place, {
      format, filename: chart, width: place.offsetWidth, height: place.offsetHeight, scale: format === "png" ? 2 : 1,
    });
  });
}
