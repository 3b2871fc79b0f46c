// In the page that the server sends, for the time before Streamlit's scripts show anything: written for old browsers.
(function late() {
  const line = document.getElementById("late");
  function look() { // until it is connected, if that takes long
    line.hidden = document.querySelector('$connected') !== null;
    if (!line.hidden) setTimeout(look, 500);
  }
  function loads() { // as nothing waits for it, nothing waits behind it
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.as = "script";
    link.crossOrigin = "";
    link.href = line.getAttribute("data-soon");
    document.head.appendChild(link);
  }
  function reads() { // as Streamlit's scripts, which are empty to those who cannot
    try {
      return Boolean(RegExp("(?<=a)b"));
    } catch {
      return false;
    }
  }
  if (reads()) {
    setTimeout(look, 1000 * line.getAttribute("data-after"));
    if (line.getAttribute("data-soon")) addEventListener("load", () => setTimeout(loads, 1000));
  } else {
    line.textContent = line.title;
    line.hidden = false;
  }
  line.title = "";
})();
