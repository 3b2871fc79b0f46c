// Asks whether anything is new in a room, and only then for a run. In a window that nobody sees, it waits.

const SIGN = /^[a-z0-9.]+$/;
const ends = new WeakMap(); // what stops the asking, by the place where it is asked for

async function told({ where, seen }) {
  if (document.hidden) return seen;
  try {
    const answer = await fetch(where, { cache: "no-store" });
    const text = await answer.text();
    return SIGN.test(text) ? text : "?"; // nobody there who knows: a run will tell
  } catch { // no server, and Streamlit says so
    return seen;
  }
}
export default function looking({ data, parentElement, setTriggerValue }) { // called again when something else is seen
  ends.get(parentElement)?.();
  let timer = 0, over = false;
  async function look() {
    clearTimeout(timer);
    const sign = await told(data);
    if (over) return;
    if (sign !== data.seen) setTriggerValue("news", sign);
    clearTimeout(timer);
    timer = setTimeout(look, data.every * (0.75 + Math.random() / 2)); // or a whole class would ask at once
  }
  function show() {
    if (!document.hidden) look();
  }
  function end() {
    over = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", show);
  }
  document.addEventListener("visibilitychange", show);
  timer = setTimeout(look, data.every * Math.random());
  ends.set(parentElement, end);
  return end;
}
