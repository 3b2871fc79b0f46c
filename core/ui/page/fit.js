// On a phone a chart has no room for names beside it: they move into the plot, which takes the whole width. Streamlit
// draws every chart by the function that is wrapped here, so that none is seen before it is fitted; where it is not
// to be found, charts stay as they are sent.
const over = bar => ({
  ...bar, orientation: "h", x: 0.5, y: 1, ypad: 26, yanchor: "bottom", title: { ...bar.title, side: "top" },
});

(() => {
  if (window.fitted) return;
  window.fitted = true;
  const NARROW = 480, EDGE = 8, AXIS = 70, KEPT = 90, BAR = 64;

  const moved = (text, left) => {
    if (text.xref !== "paper" || text.showarrow) return text;
    if (text.x === 0 && text.xanchor === "left") return { ...text, xshift: Math.max(text.xshift || 0, EDGE - left) };
    const above = { yanchor: "bottom", yshift: 2 };  // its line runs through there
    if (text.x === 0 && text.xanchor === "right") return { ...text, ...above, xanchor: "left", xshift: 4 };
    if (text.x === 1 && text.xanchor === "left") return { ...text, ...above, xanchor: "right", xshift: -4 };
    return text;
  };

  const fitted = layout => {
    const { margin = {}, coloraxis } = layout, axes = Object.entries(layout).filter(([name]) => name.startsWith("yaxis"));
    if (!(margin.l + margin.r > KEPT)) return layout;
    const room = side =>
      axes.some(([, axis]) => axis.visible !== false && (axis.side || "left") === side) ? AXIS : EDGE;
    const l = Math.min(margin.l, room("left")), r = Math.min(margin.r, room("right"));
    const small = { ...layout, margin: { ...margin, l, r }, annotations: layout.annotations?.map(text => moved(text, l)) };
    if (coloraxis?.colorbar && coloraxis.colorbar.orientation !== "h") {
      small.coloraxis = { ...coloraxis, colorbar: over(coloraxis.colorbar) };
      small.margin.t += BAR;
      small.height += BAR;
    }
    return small;
  };

  const wrap = plotly => {
    const drawn = plotly.react;
    plotly.react = (chart, figure, ...rest) => {
      const narrow = figure.layout && chart.clientWidth < NARROW;
      return drawn(chart, narrow ? { ...figure, layout: fitted(figure.layout) } : figure, ...rest);
    };
  };

  if (window.Plotly) wrap(window.Plotly);
  else {
    let loaded;
    Object.defineProperty(window, "Plotly", {
      configurable: true, get: () => loaded, set: plotly => { loaded = plotly; wrap(plotly); },
    });
  }
})();
