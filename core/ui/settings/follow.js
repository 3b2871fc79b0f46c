// Charts follow a control while it is dragged, and a button plays it. A chart holds a frame for each value of a control
// that it can show, named "control=value". Nothing is sent before the control itself is let go; where the page is built
// otherwise than we think, nothing happens before that. What is played without a control ends with its last picture.

const AT_ONCE = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
const PACE = 90; // milliseconds for each value that is played
const PATIENCE = 50; // of them, for a chart that has no frames: it is on its way, or another one takes its place
let playing = null; // the button that plays
let held = false; // a control, by mouse or finger: the server hears of it when it is let go, of a key at once
for (const [touch, holds] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) {
  document.addEventListener(touch, () => { held = holds; }, true);
}

function find(control) {
  return document.querySelector([".st-key-", control.replaceAll(".", "-"), " input"].join(""));
}
function stops() { // every chart with every value that it can show
  return [...document.querySelectorAll("$plot")].flatMap((chart) =>
    (chart._transitionData?._frames ?? []).filter(({ name }) => name?.includes("=")).map(({ name }) => {
      const [control, value] = name.split("=");
      return { chart, name, control, value: Number(value) };
    }));
}
function nearest(offered, value) { // for each chart that has one of these frames
  const found = new Map();
  for (const stop of offered) {
    const off = Math.abs(stop.value - value);
    if (!(off >= found.get(stop.chart)?.off)) found.set(stop.chart, { ...stop, off });
  }
  return found;
}
function paint(offered, value, before) { // what was painted for the value before is there
  if (!window.Plotly) return;
  const shown = before === undefined ? new Map() : nearest(offered, before);
  for (const [chart, { name, off }] of nearest(offered, value)) {
    if (name === shown.get(chart)?.name || (off && !held)) continue; // the server sends it before long
    window.Plotly.animate(chart, [name], AT_ONCE).catch(() => {}); // overtaken
  }
}
function follow(input, before) {
  if (input.value?.trim()) paint(stops().filter(({ control }) => find(control) === input), input.value, before);
}

// A slider that is dragged says so in this attribute alone, a field that is written in by an event.
new MutationObserver((changes) => {
  const moved = new Map(); // and where it was
  for (const { target, oldValue } of changes) if (!moved.has(target)) moved.set(target, oldValue);
  for (const [input, before] of moved) if (input.getAttribute("aria-valuetext") !== before) follow(input, before);
}).observe(document, { subtree: true, attributeFilter: ["aria-valuetext"], attributeOldValue: true });
document.addEventListener("input", ({ target }) => target.type !== "range" && follow(target));

function put(input, value) { // as if a reader had moved it there without letting go
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
function release(input) { // where it is: with a key, as the focus stays with the button
  const { type, value, step, min } = input;
  if (type !== "range") return press(input, "Enter");
  const back = value === min ? -1 : 1;
  put(input, Number(value) - back * step);
  return press(input, back > 0 ? "ArrowRight" : "ArrowLeft");
}
function press(input, key) {
  input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}
function pause() {
  return new Promise((done) => { setTimeout(() => requestAnimationFrame(done), PACE); });
}
async function play(button, control) {
  const offered = () => stops().filter((stop) => stop.control === control);
  for (let waits = 0; waits < PATIENCE && !offered().length; waits += 1) {
    if (playing !== button) return;
    await pause();
  }
  const values = [...new Set(offered().map(({ value }) => value))].sort((a, b) => a - b);
  let taken = false; // by the reader
  const take = ({ target, isTrusted }) => {
    if (isTrusted && find(control)?.closest("[class*=st-key]").contains(target)) [taken, playing] = [true, null];
  };
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, take, true);
  for (const value of values) {
    if (playing !== button || !button.isConnected) break;
    if (find(control)) put(find(control), value);
    else paint(offered(), value);
    await pause();
  }
  for (const touch of ["pointerdown", "keydown"]) document.removeEventListener(touch, take, true);
  if (!find(control)) paint(offered(), values.at(-1));
  else if (!taken && values.length) release(find(control));
}

const told = new WeakMap(); // what each button plays, and its words

function say(button) {
  const { play: start, stop, label } = told.get(button);
  button.hidden = !start;
  button.textContent = playing === button ? stop : start;
  button.ariaLabel = [button.textContent, label].filter(Boolean).join(": ");
  button.classList.toggle("plays", playing === button);
}
function pressed({ currentTarget: button }) {
  playing = playing === button ? null : button;
  if (playing) {
    play(button, told.get(button).control).finally(() => { // also where it fails, or the next press would only stop it
      if (playing === button) playing = null;
      say(button);
    });
  }
  say(button);
}
export default function follower({ data, parentElement }) { // called again when its words change
  const button = parentElement.querySelector("button");
  if (!told.has(button)) button.addEventListener("click", pressed);
  told.set(button, data);
  say(button);
  return () => {
    if (playing === button) playing = null;
  };
}
