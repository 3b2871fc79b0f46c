// On paper every chart is as wide as a sheet of A4 between its margins, and afterwards as it was.

const SHEET = 688; // pixels
const before = new Map(); // how wide the charts are on the screen

addEventListener("beforeprint", () => {
  for (const chart of document.querySelectorAll("$plot")) {
    if (!chart._fullLayout || before.has(chart)) continue;
    before.set(chart, chart.layout.width);
    window.Plotly.relayout(chart, { width: SHEET });
  }
});
addEventListener("afterprint", () => {
  for (const [chart, width] of before) if (chart.isConnected) window.Plotly.relayout(chart, { width });
  before.clear();
});
