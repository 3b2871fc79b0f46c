// Computed words stay right where a browser translates the page: Chrome and Edge put <font> in the place of a text, while
// the page goes on writing into the text that was there, or takes it away. A text that is written again goes back to its
// place, where it is translated anew; what is to be done to a text that is gone is done to what stands for it.

const standing = new WeakMap(); // by the text that it stands for
const { removeChild, insertBefore } = Node.prototype;
let patched = false;

function place(node, parent) { // what is in a parent in place of a node
  const other = node?.parentNode === parent ? null : standing.get(node);
  return other?.parentNode === parent ? other : node;
}
function patch() { // once there is something to stand for: where nobody translates, nothing is touched
  patched = true;
  Node.prototype.removeChild = function (child) {
    removeChild.call(this, place(child, this));
    return child;
  };
  Node.prototype.insertBefore = function (node, next) {
    return insertBefore.call(this, node, place(next, this));
  };
}
const written = new MutationObserver((changes) => {
  for (const { target: text } of changes) {
    const other = standing.get(text);
    if (!text.isConnected && other?.isConnected) other.replaceWith(text);
  }
});
function isFont(node) {
  return node?.nodeName === "FONT";
}
new MutationObserver((changes) => {
  for (const { removedNodes, addedNodes, previousSibling, nextSibling } of changes) {
    for (const text of removedNodes) {
      if (text.nodeType !== Node.TEXT_NODE) continue;
      const other = [...addedNodes, previousSibling, nextSibling].find(isFont);
      if (!other) continue;
      if (!patched) patch();
      standing.set(text, other);
      written.observe(text, { characterData: true });
    }
  }
}).observe(document.body, { childList: true, subtree: true });
