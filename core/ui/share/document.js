"use strict";
// The charts of this file: drawn by Plotly in the colours of the page, fitted to a phone, light and narrow on paper,
// saved as pictures.

const drawn = JSON.parse(document.getElementById("drawn").textContent); // data, layout, frames by the key of a chart
const charts = [...document.querySelectorAll(".chart")];
const DARK = matchMedia("(prefers-color-scheme: dark)");
const NARROW = matchMedia("(max-width: 640px)");
const FAMILY = getComputedStyle(document.body).fontFamily;
const PRINTED = { ink: "#1c2530", paper: "#ffffff" };
const PRINTED_WIDTH = 660; // paper is narrower than a screen
const SMALL = 11; // size of words on a phone
const LINE = 15; // from one row of names to the next
const ROOM = 8; // beside a plot, at least

// Changes of a layout are told as Plotly's relayout takes them: {"font.color": ..., "annotations[2].yshift": ...}.

const changed = new Map(charts.map((chart) => [chart, {}])); // what is no longer as it was drawn
function change(chart, changes) {
  Object.assign(changed.get(chart), changes);
  return Plotly.relayout(chart, changes);
}
function steps(path) {
  return path.match(/[^.[\]]+/g);
}
function asDrawn(chart) {
  const value = (path) => steps(path).reduce((inner, step) => inner?.[step], drawn[chart.id].layout);
  const before = Object.keys(changed.get(chart)).map((path) => [path, value(path) ?? null]);
  changed.set(chart, {});
  return Object.fromEntries(before);
}
function put(layout, changes) { // before anything is drawn
  for (const [path, value] of Object.entries(changes)) {
    const way = steps(path);
    const last = way.pop();
    way.reduce((inner, step) => (inner[step] ??= {}), layout)[last] = value;
  }
}

// Colours. The charts have none of their own for paper and text: they take those of the page, light or dark.

function colours() {
  const { color, backgroundColor } = getComputedStyle(document.body);
  return { ink: color, paper: backgroundColor };
}
function coloured(own) { // words in a colour of their own have the style of the file
  return {
    "font.color": own.ink, paper_bgcolor: own.paper,
    "hoverlabel.bgcolor": own.paper, "hoverlabel.bordercolor": own.ink, "hoverlabel.font.color": own.ink,
  };
}

// Words. Those that a drag may bring in count as well as those that are shown first.

const ruler = document.createElement("canvas").getContext("2d");
function width(text, size = SMALL, weight = 600) {
  ruler.font = `${weight} ${size}px ${FAMILY}`;
  return Math.max(...text.split("<br>").map((line) => ruler.measureText(line.replace(/<[^>]*>/g, "")).width));
}
function labels(chart) { // those that are shown, one list for each position of its sliders
  const { layout, frames } = drawn[chart.id];
  const first = (layout.annotations ?? []).map((label, i) => ({ ...label, i }));
  const later = (frames ?? []).map((frame) => frame.layout?.annotations).filter(Boolean);
  return [first, ...later.map((some) => first.map((label, i) => ({ ...label, ...some[i] })))]
    .map((all) => all.filter((label) => label.visible !== false && label.text));
}
function isSentence(label) { // over a chart, from its left edge
  return label.xref === "paper" && label.x === 0 && label.xanchor === "left" && label.align === "left";
}
function isHeading(label) { // figures above all else: as large as they are
  return isSentence(label) && label.yref === "paper" && label.y === 1 && label.yanchor === "bottom";
}
function axes(chart) {
  return Object.keys(drawn[chart.id].layout).filter((name) => /^xaxis\d*$/.test(name));
}
function boxes(chart) { // of all words, where they stand on the screen
  return [...chart.querySelectorAll(".main-svg text")].map((text) => ({ text, box: text.getBoundingClientRect() }))
    .filter(({ box }) => box.width);
}

// Fitting. On a phone a chart gets margins that are no wider than what stands in them, smaller words, fewer ticks, and
// names that would overlap one below the other.

function small(chart) {
  const { annotations = [] } = drawn[chart.id].layout;
  const changes = {};
  for (const [i, label] of annotations.entries()) {
    if (label.font?.size > SMALL && !isHeading(label)) changes[`annotations[${i}].font.size`] = SMALL;
  }
  for (const name of axes(chart)) {
    changes[`${name}.tickangle`] = 0;
    changes[`${name}.title.font.size`] = 12;
    changes[`${name}.title.standoff`] = 2;
  }
  return changes;
}
function margins(chart) { // what ticks, titles and the names beside the curves need
  const { l, w } = chart._fullLayout._size;
  const start = chart.getBoundingClientRect().left;
  const apart = ".annotation, .hoverlayer, [class^=x][class$=title]";
  const words = boxes(chart).filter(({ text }) => !text.closest(apart)).map(({ box }) => box);
  const beside = (x, anchor) => labels(chart).flat()
    .filter((label) => label.xref === "paper" && label.x === x && label.xanchor === anchor)
    .map((label) => width(label.text, NARROW.matches ? SMALL : label.font?.size ?? 12) + Math.abs(label.xshift ?? 0));
  const left = [...words.map((box) => l - box.left + start), ...beside(0, "right"), ROOM];
  const right = [...words.map((box) => box.right - start - l - w), ...beside(1, "left"), ROOM];
  return { "margin.l": Math.ceil(Math.max(...left)) + 6, "margin.r": Math.ceil(Math.max(...right)) + 6 };
}
function inRows(shown) { // names by the row that they stand in
  const rows = {};
  for (const label of shown.filter(({ showarrow, xref = "x" }) => !showarrow && /^x?\d*$/.test(xref))) {
    (rows[[label.xref, label.yref, label.y, label.yshift, label.yanchor]] ??= []).push(label);
  }
  return Object.values(rows);
}
function places(chart, row) { // [number of a label, lines that it moves so that it covers none to its left]
  const ends = [];
  const middle = ({ x, xref = "x" }) => chart._fullLayout[xref.replace("x", "xaxis")].l2p(x);
  return row.map((label) => [middle(label), width(label.text) / 2, label.i]).sort(([a], [b]) => a - b)
    .map(([centre, half, i]) => {
      const free = ends.findIndex((end) => end + 3 < centre - half);
      const line = free < 0 ? ends.length : free;
      ends[line] = centre + half;
      return [i, line];
    });
}
function namesApart(chart) {
  const lines = {};
  for (const [i, line] of labels(chart).flatMap(inRows).flatMap((row) => places(chart, row))) {
    lines[i] = Math.max(lines[i] ?? 0, line);
  }
  const changes = {};
  for (const i of Object.keys(lines).filter((key) => lines[key])) {
    const { yanchor, yshift = 0 } = drawn[chart.id].layout.annotations[i];
    changes[`annotations[${i}].yshift`] = yshift + (yanchor === "bottom" || yshift > 0 ? 1 : -1) * lines[i] * LINE;
  }
  return changes;
}
function ticksApart(chart, name) { // every second one where they would touch
  const { tickvals, ticktext } = drawn[chart.id].layout[name];
  const { _id, dtick } = chart._fullLayout[name];
  const shown = boxes(chart).filter(({ text }) => text.closest(`.${_id}tick`)).map(({ box }) => box)
    .sort((a, b) => a.left - b.left);
  if (!shown.some((box, i) => i && box.left < shown[i - 1].right + 4)) return {};
  if (!tickvals) return { [`${name}.dtick`]: 2 * dtick };
  const odd = Math.max(0, tickvals.indexOf(0)) % 2; // zero stays
  const half = (list) => list.filter((_, i) => i % 2 === odd);
  return { [`${name}.tickvals`]: half(tickvals), ...(ticktext && { [`${name}.ticktext`]: half(ticktext) }) };
}
function titleInTwo(chart, name) { // lines, where it is longer than its axis
  const title = drawn[chart.id].layout[name].title?.text ?? "";
  const spaces = [...title.matchAll(/ /g)].map((space) => space.index);
  if (width(title, 12) <= chart._fullLayout[name]._length + 24 || !spaces.length) return {};
  const off = (place) => Math.abs(place - title.length / 2);
  const middle = spaces.reduce((a, b) => (off(b) < off(a) ? b : a));
  return { [`${name}.title.text`]: `${title.slice(0, middle)}<br>${title.slice(middle + 1)}` };
}
function sentences(chart) { // have all of the chart, and grow smaller where that is not enough
  const room = chart.offsetWidth - 8;
  const changes = {};
  for (const label of labels(chart).flat().filter(isSentence)) {
    const size = `annotations[${label.i}].font.size`;
    const wide = width(label.text, SMALL, label.font?.weight ?? 400);
    changes[`annotations[${label.i}].xshift`] = 4 - chart.layout.margin.l;
    if (wide > room && !isHeading(label)) changes[size] = Math.min(changes[size] ?? SMALL, (SMALL * room) / wide);
  }
  return changes;
}
function higher(chart) { // by what stands out of it
  const whole = chart.getBoundingClientRect();
  const { height, margin } = chart.layout;
  const above = Math.ceil(Math.max(0, ...boxes(chart).map(({ box }) => whole.top - box.top + 2)));
  const below = Math.ceil(Math.max(0, ...boxes(chart).map(({ box }) => box.bottom - whole.bottom + 2)));
  if (!(above + below)) return {};
  return { height: height + above + below, "margin.t": margin.t + above, "margin.b": margin.b + below };
}
async function fit(chart) { // that is small: each step measures what the one before has drawn
  await change(chart, margins(chart));
  const shown = axes(chart).filter((name) => chart._fullLayout[name].visible);
  const apart = shown.map((name) => ({ ...ticksApart(chart, name), ...titleInTwo(chart, name) }));
  await change(chart, Object.assign(namesApart(chart), ...apart, sentences(chart)));
  await change(chart, higher(chart));
}
async function loosen(chart) { // on a screen margins stay as they are, unless the font of this machine needs more
  const { margin } = drawn[chart.id].layout;
  const wider = Object.entries(margins(chart)).filter(([path, wanted]) => wanted - 6 > margin[path.at(-1)]);
  await change(chart, Object.fromEntries(wider));
}

// Drawing, and drawing again when the window or the paper has changed.

async function draw(chart) {
  const { data, layout, frames } = drawn[chart.id]; // frames: what a chart can be dragged through
  const shown = structuredClone(layout);
  put(shown, coloured(colours()));
  if (NARROW.matches) put(shown, Object.assign(changed.get(chart), small(chart)));
  shown.font = { ...shown.font, family: FAMILY, size: 12 };
  shown.plot_bgcolor = "rgba(0,0,0,0)";
  shown.template = { layout: { xaxis: { showgrid: false }, margin: { pad: 8 } } }; // as on the page
  await Plotly.newPlot(chart, { data, frames, layout: shown, config: { displayModeBar: false, responsive: true } });
  await (NARROW.matches ? fit(chart) : loosen(chart));
}
async function onScreen(chart) {
  await Plotly.relayout(chart, { ...asDrawn(chart), width: null, autosize: true, ...coloured(colours()) });
  if (!NARROW.matches) return loosen(chart);
  await change(chart, small(chart));
  return fit(chart);
}
function onPaper(chart) {
  Plotly.relayout(chart, { ...asDrawn(chart), ...coloured(PRINTED), width: PRINTED_WIDTH });
}
function recolour(chart) {
  Plotly.relayout(chart, coloured(colours()));
}
function follow({ target: { dataset: { chart, control }, value, labels: [label] } }) { // a slider under a chart
  const { name } = drawn[chart].frames.filter((frame) => frame.name.startsWith(`${control}=`))[value];
  label.querySelector("output").value = name.slice(control.length + 1).replace("-", "−");
  const pace = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
  Plotly.animate(chart, [name], pace).catch(() => {}); // overtaken by the next one
}
async function save({ dataset: { chart, format } }) {
  const href = await window.picture(document.getElementById(chart), { format, scale: 2 });
  Object.assign(document.createElement("a"), { href, download: `${chart}.${format}` }).click();
}

charts.forEach(draw);
DARK.addEventListener("change", () => charts.forEach(recolour));
NARROW.addEventListener("change", () => charts.forEach(onScreen));
addEventListener("beforeprint", () => charts.forEach(onPaper));
addEventListener("afterprint", () => charts.forEach(onScreen));
for (const slider of document.querySelectorAll("input")) slider.addEventListener("input", follow);
for (const button of document.querySelectorAll("button")) button.addEventListener("click", () => save(button));
