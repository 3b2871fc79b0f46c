// In the page that the server sends, for the time before Streamlit's scripts show anything: written for old browsers.
(function () {
  var line = document.getElementById("late");
  function connected() {
    return document.querySelector('$connected');
  }
  function look() { // until it is there, if that takes long
    line.hidden = connected() !== null;
    if (!line.hidden) setTimeout(look, 500);
  }
  try {
    new RegExp("(?<=a)b"); // as in Streamlit's scripts, which are empty to those who cannot read it
    setTimeout(look, 1000 * line.getAttribute("data-after"));
  } catch (error) {
    line.textContent = line.title;
    line.hidden = false;
  }
  line.title = "";
})();
