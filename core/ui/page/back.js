// One action of a reader is one step of the browser's Back. Streamlit adds an entry to the history for each control that
// the server sets, and one for each page: the first of an action adds it, and the others change it. Where a control was
// moved by hand, which changes the entry that is there, what follows from it does so too.
let due = false; // whether the next entry is a new one
const { pushState, replaceState } = History.prototype;

history.replaceState = (...entry) => {
  due = false;
  replaceState.apply(history, entry);
};
history.pushState = (...entry) => {
  const set = due ? pushState : replaceState;
  due = false;
  set.apply(history, entry);
};
for (const action of ["click", "keydown", "pointerup"]) window.addEventListener(action, () => { due = true; }, true);
window.addEventListener("popstate", () => { due = false; }, true); // a key for Back was an action as well
