// A chart as a picture, with words that can be read: it takes along none of the style of the page, so it gets one of its
// own, light or dark as the page is.

const STYLES = { light: `$light`, dark: `$dark` };

window.picture = async (chart, { format, scale }) => { // its address
  const { width, height } = chart._fullLayout;
  const style = STYLES[getComputedStyle(chart).colorScheme] ?? STYLES.light;
  const plain = await window.Plotly.toImage(chart, { format: "svg", imageDataOnly: true, width, height });
  const drawn = "data:image/svg+xml,".concat(encodeURIComponent(plain.replace(/<svg[^>]*>/, (head) => head.concat(style))));
  if (format === "svg") return drawn;
  const image = Object.assign(new Image(), { src: drawn });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: scale * width, height: scale * height });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL();
};
