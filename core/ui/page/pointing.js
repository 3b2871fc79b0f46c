// Words that point at a part of the chart before them light it up and dim the rest: under the pointer, under the focus,
// and from one press to the next. They are links of the page itself, as in core/words/pointing.py, that lead nowhere.
// What is lit stays so while another figure takes the place of this one.

const LEAST = 24; // pixels: how wide a place is shown
const still = matchMedia("(prefers-reduced-motion: reduce)");
const [OVER, FOCUS, PRESSED] = ["over", "focus", "pressed"];
const pointing = { over: null, focus: null, pressed: null }; // the words
const redrawn = new MutationObserver(() => light());

function before(words) { // the last chart before them
  const follows = (chart) => chart.compareDocumentPosition(words) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...document.querySelectorAll(`$plot`)].findLast((chart) => chart._fullLayout && follows(chart));
}
function belongs(name, line) { // a line has its theory, and places with a number
  return name === line || [",", " "].some((end) => name?.startsWith(line.concat(end)));
}
function named(text, names) { // the lines that a text names, the longest first: Leaky ReLU is not ReLU
  const found = [];
  for (const name of names) {
    if (!text.includes(name)) continue;
    found.push(name);
    text = text.replaceAll(name, "");
  }
  return found;
}
function dim(chart, line) {
  const names = chart._fullData.map((trace) => trace._input.name).filter(Boolean).sort((a, b) => b.length - a.length);
  const other = (found) => found.length > 0 && !found.some((name) => belongs(name, line));
  if (!names.some((name) => belongs(name, line))) return;
  const shapes = chart._fullLayout.shapes ?? [];
  const parts = [
    ...[...chart.querySelectorAll(`$plot_line`)].map((node) => [node, node.__data__?.[0]?.trace?._input.name]),
    ...[...chart.querySelectorAll(`$plot_shape`)].map((node) => [node, shapes[node.dataset.index]?.name]),
  ].map(([node, name]) => [node, name ? [name] : []]);
  const texts = [...chart.querySelectorAll(`$plot_words`)].map((node) => [node, named(node.textContent, names)]);
  for (const [node, found] of [...parts, ...texts]) node.toggleAttribute("data-dim", other(found));
}
function number(text) { // as pages write it
  return text.trim() ? Number(text.replace("−", "-")) : null;
}
function cover(chart, [low, high = low]) { // all but a stretch of the horizontal axis
  const { _size: room, xaxis: axis } = chart._fullLayout;
  const [first, last] = [...axis.range].sort((a, b) => a - b);
  const ends = [low ?? first, high ?? last].map((value) => axis._offset - room.l + axis.d2p(value)).sort((a, b) => a - b);
  if (!ends.every(Number.isFinite)) return;
  const [middle, half] = [(ends[0] + ends[1]) / 2, Math.max((ends[1] - ends[0]) / 2, LEAST / 2)];
  const [box, lit] = [document.createElement("div"), document.createElement("i")];
  box.className = "lit";
  const place = { left: room.l, top: room.t, width: room.w, height: room.h };
  for (const [side, size] of Object.entries(place)) box.style[side] = size.toFixed(1).concat("px");
  Object.assign(lit.style, { left: (middle - half).toFixed(1).concat("px"), width: (2 * half).toFixed(1).concat("px") });
  box.append(lit);
  chart.querySelector(`$plot_room`)?.append(box);
}
function show(chart, said) {
  if (said.has("line")) dim(chart, said.get("line"));
  if (said.has("between")) cover(chart, said.get("between").split(",").map(number));
  const [first, step, count] = chart._fullLayout.meta?.layers ?? [];
  const layer = number(said.get("layer") ?? "");
  if (!(layer >= 1 && layer <= count)) return;
  const at = first + step * (layer - 1);
  cover(chart, [at - 0.5 * step, at + 0.5 * step]);
}
function light() {
  redrawn.disconnect();
  for (const node of document.querySelectorAll("[data-dim]")) node.removeAttribute("data-dim");
  for (const node of document.querySelectorAll(".lit")) node.remove();
  for (const by of [OVER, FOCUS, PRESSED]) if (!pointing[by]?.isConnected) pointing[by] = null;
  const words = pointing.over ?? pointing.focus ?? pointing.pressed;
  if (!words) return;
  const chart = before(words); // none is there while one takes the place of another
  if (chart) show(chart, new URLSearchParams(words.hash.slice(1)));
  redrawn.observe(document.body, { childList: true, subtree: true }); // the next figure may be in an element of its own
}
function point(by, words) {
  if (pointing[by] === words) return;
  pointing[by] = words;
  light();
}
function say(words) { // what it is, to who does not see it
  if (words) Object.assign(words, { role: "button", ariaPressed: String(words === pointing.pressed) });
}
function press(words) {
  const old = pointing.pressed;
  Object.assign(pointing, { over: null, focus: null, pressed: old === words ? null : words });
  [old, words].forEach(say);
  light();
  if (!pointing.pressed) return;
  const box = before(words)?.getBoundingClientRect();
  if (!box || (box.top >= 0 && box.bottom <= innerHeight)) return;
  before(words).scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
}
function of({ target }) {
  return target.closest?.(`$points`) ?? null;
}
document.querySelectorAll(`$points`).forEach(say); // and whatever comes later starts this animation
document.addEventListener("animationstart", ({ target, animationName }) => animationName === "points" && say(target));
document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") point(OVER, of(event)); });
document.documentElement.addEventListener("pointerleave", () => point(OVER, null));
document.addEventListener("focusin", (event) => point(FOCUS, event.target.matches(":focus-visible") ? of(event) : null));
document.addEventListener("focusout", () => point(FOCUS, null));
document.addEventListener("click", (event) => {
  const words = of(event);
  if (!words) return;
  event.preventDefault();
  press(words);
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pointing.pressed) press(pointing.pressed);
  else if (event.key === "Escape") [OVER, FOCUS].forEach((by) => point(by, null));
  if (event.key !== " " || !event.target.matches?.(`$points`)) return;
  event.preventDefault();
  press(event.target);
});
