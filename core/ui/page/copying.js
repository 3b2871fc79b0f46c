// Buttons that copy work on plain http and in a frame as well, where a browser lends no clipboard: then in the way of
// before, which needs nothing but the click. Where that is refused too, the text is selected and a line says so.

function find(text) { // the code that shows it
  return [...document.querySelectorAll(`$code code`)].find((code) => code.textContent.trim() === text.trim());
}
function command(text) {
  const put = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("copy", put, true);
  const done = document.execCommand("copy");
  window.removeEventListener("copy", put, true);
  return done;
}
function tell(code, said) {
  const line = document.createElement("p");
  line.className = "by-hand";
  code.closest(`$code`).append(line);
  line.setAttribute("role", "status");
  line.textContent = said;
  document.addEventListener("copy", () => line.remove(), { once: true });
}
window.copying = (said) => {
  const given = navigator.clipboard;
  if (Object.hasOwn(given ?? {}, "writeText")) return; // it is ours
  const lent = given?.writeText.bind(given) ?? (() => Promise.reject(new Error("none")));
  const byHand = (text) => {
    const code = find(text);
    document.querySelector(".by-hand")?.remove();
    if (code) getSelection().selectAllChildren(code);
    if (command(text)) return;
    if (code) tell(code, said);
    throw new Error("not allowed");
  };
  const ours = { writeText: { value: (text) => lent(text).catch(() => byHand(text)) } };
  if (given) Object.defineProperties(given, ours);
  else Object.defineProperty(navigator, "clipboard", { value: Object.defineProperties({}, ours) });
};
