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
export default function lecture() {
  const heard = (event) => press(event); // one of its own: whoever follows is there before this one goes
  window.addEventListener("keydown", heard, true);
  return () => window.removeEventListener("keydown", heard, true);
}
