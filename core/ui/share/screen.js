// Shows the code over the whole screen; where a browser lends none of it, over the whole window.

const ready = new WeakSet(); // buttons that open it already

async function open(figure) {
  try {
    await figure.requestFullscreen();
  } catch {
    figure.showPopover();
  }
}
export default function screen({ data, parentElement }) {
  const [button, figure] = ["button", "figure"].map((part) => parentElement.querySelector(part));
  const [image, caption] = ["img", "figcaption"].map((part) => figure.querySelector(part));
  button.textContent = data.large;
  const code = data.code.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"'); // in a page it needs no name
  image.src = `data:image/svg+xml,${encodeURIComponent(code)}`;
  image.alt = data.alt;
  caption.textContent = data.link;
  caption.style.fontSize = `clamp(1.375rem, ${170 / data.link.length}vw, 7vh)`; // in one line, if that can be read
  figure.title = data.close;
  if (ready.has(button)) return;
  ready.add(button);
  button.addEventListener("click", () => open(figure));
  figure.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : figure.hidePopover()));
}
