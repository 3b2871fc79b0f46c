// A tap on a chart that can be clicked is a click. Plotly would take each touch for the beginning of a drag: a reader
// could neither tap nor scroll past. Where it hears of no touch, the browser scrolls, or makes a click of a tap.

document.addEventListener("touchstart", (touch) => {
  if (touch.target.closest("[class*=st-key-pick] $plot_drag")) touch.stopPropagation();
}, { capture: true, passive: true });

export default function ready() {} // once for all charts
