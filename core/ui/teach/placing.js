// A student's marker moves along the curve with its slider, and its height is said; the server hears when it is let go.

const ends = new WeakMap(); // what stops it, by its place

function written(number) {
  return String(Number(number.toFixed(2))).replace("-", "−");
}
function move(chart, x, y) {
  const left = x > 0; // where there is more room for its name
  const beside = { xanchor: left ? "right" : "left", xshift: left ? -6 : 6 };
  const layout = { "shapes[0].x0": x, "shapes[0].x1": x, "annotations[0].x": x };
  for (const [name, value] of Object.entries(beside)) layout[`annotations[0].`.concat(name)] = value;
  window.Plotly.update(chart, { x: [[x]], y: [[y]] }, layout, [chart.data.length - 1]);
}
export default function placing({ data, parentElement }) { // called again with each answer
  ends.get(parentElement)?.();
  const box = parentElement.closest("[class*=st-key-vote-place]");
  const said = parentElement.querySelector("p");
  function follow() { // also when either of them has just come
    const slider = box.querySelector("input[type=range]");
    const chart = box.querySelector("$plot");
    if (!slider || !chart?.data) return;
    const x = Number(slider.value);
    const y = data.heights[Math.round((x - data.low) / data.step)];
    const text = data.said.replace("#x", written(x)).replace("#y", written(y));
    if (said.textContent !== text) said.textContent = text;
    if (Number(chart.data.at(-1).x[0]) !== x) move(chart, x, y);
  }
  const moves = new MutationObserver(follow);
  moves.observe(box, { subtree: true, childList: true, attributeFilter: ["aria-valuetext"] });
  ends.set(parentElement, () => moves.disconnect());
  follow();
  return ends.get(parentElement);
}
