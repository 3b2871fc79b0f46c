// The keys of a lesson work wherever the focus is, in a chart or on a slider that has just been dragged: they press its
// buttons. Only who writes keeps them, and who has come to a button by keyboard may press it with the space bar.

const MOVES = { ArrowRight: "on", PageDown: "on", " ": "on", ArrowLeft: "back", PageUp: "back", Home: "first", End: "last" };
const WRITES = 'textarea, [contenteditable="true"], input:not([type="range"], [type="checkbox"], [type="radio"], [type="button"])';

function press(event) {
  const { key, target, repeat, altKey, ctrlKey, metaKey, shiftKey } = event;
  const move = MOVES[key];
  if (!move || altKey || ctrlKey || metaKey || shiftKey || document.querySelector('[role="dialog"]')) return;
  if (target.matches?.(WRITES) || (key === " " && target.matches?.("button:focus-visible, a:focus-visible, summary:focus-visible"))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!repeat) document.querySelector(".st-key-lecture-".concat(move, " button"))?.click();
}
// The clock counts from when it is first asked for; a new page of the same window goes on with it.
function tell(button, { clock, used, planned }) {
  const began = Number(sessionStorage.getItem("lecture"));
  const minutes = Math.floor((Date.now() - began) / 60000);
  button.textContent = began ? [used.replace("#", minutes), planned].join(", ") : clock;
  button.ariaPressed = String(began > 0);
}
function turn() {
  if (sessionStorage.getItem("lecture")) sessionStorage.removeItem("lecture");
  else sessionStorage.setItem("lecture", Date.now());
}
// Tells whether the window is a phone's if that is news, and when no page runs: it would be cut short. What it returns ends it.
function fitted(small, told) {
  const narrow = matchMedia("(max-width: 640px)");
  let waits;
  const fit = () => {
    if (narrow.matches === small) return;
    if (document.querySelector(`$idle`)) told(narrow.matches);
    else waits = setTimeout(fit, 100);
  };
  narrow.addEventListener("change", fit);
  fit();
  return () => {
    clearTimeout(waits);
    narrow.removeEventListener("change", fit);
  };
}
export default function lecture({ data, parentElement, setStateValue }) {
  const unfit = fitted(data.small, (small) => setStateValue("small", small));
  const button = parentElement.querySelector("button");
  const say = () => tell(button, data);
  const turned = () => { turn(); say(); };
  const heard = press.bind(null); // one of its own: whoever follows is there before this one goes
  const ticks = setInterval(say, 5000);
  window.addEventListener("keydown", heard, true);
  button.addEventListener("click", turned);
  say();
  return () => {
    clearInterval(ticks);
    unfit();
    window.removeEventListener("keydown", heard, true);
    button.removeEventListener("click", turned);
  };
}
