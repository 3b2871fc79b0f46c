// The button that opens the settings of an experiment on a phone: it marks their row while they are folded. It says how
// many of them are not as the page opens, which are those in the address; where there is nothing to fold it is hidden.

function classes(key) { // of a control, and of the box of the same owner that it may stand in
  const box = key.slice(0, key.lastIndexOf(".") + 1).concat("more");
  return [key, box].map((name) => ".st-key-".concat(name.replaceAll(".", "-")));
}
function changed(folded) {
  const keys = new Set([...new URLSearchParams(location.search).keys()].filter((key) => /^[\w.]+$$/.test(key)));
  return [...keys].filter((key) => {
    const [own, box] = classes(key);
    const at = document.querySelector(`$page `.concat(own)); // what stands in a box is there while that is open
    return folded.some((part) => (at ? part.contains(at) : part.matches(box) || part.querySelector(box)));
  }).length;
}
function tell(button, row, { folded, changed: some, label }) {
  const parts = [...row.querySelectorAll(":scope > ".concat(folded))];
  const count = changed(parts);
  const text = count ? some.replace("#", count) : label;
  if (button.textContent !== text) button.textContent = text; // or it would be told of its own words for ever
  button.hidden = parts.every((part) => part.querySelector(`$popover`)); // which is such a button itself
  row.toggleAttribute("data-folds", !button.hidden && button.ariaExpanded === "false");
}
export default function fold({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const row = button.closest(`$row`);
  parentElement.querySelector("style").textContent = data.style;
  const say = () => tell(button, row, data);
  function turn() {
    button.ariaExpanded = String(button.ariaExpanded === "false");
    say();
  }
  const grown = new MutationObserver(say); // the controls come after the button
  for (const room of row.querySelectorAll(":scope > ".concat(data.room))) grown.observe(room, { childList: true, subtree: true });
  window.navigation?.addEventListener("currententrychange", say); // the address says what is set
  button.addEventListener("click", turn);
  say();
  return () => {
    grown.disconnect();
    row.removeAttribute("data-folds");
    window.navigation?.removeEventListener("currententrychange", say);
    button.removeEventListener("click", turn);
  };
}
