// The camera of a chart saves it as its own picture.

document.addEventListener("click", async (event) => {
  const chart = event.target.closest?.("$plot_button")?.closest("$plot");
  if (!chart) return;
  event.stopImmediatePropagation(); // Plotly would save another one
  const { toImageButtonOptions: wanted } = chart._context;
  const download = [wanted.filename, wanted.format].join(".");
  Object.assign(document.createElement("a"), { href: await window.picture(chart, wanted), download }).click();
}, true);
