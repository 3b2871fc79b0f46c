// What the server has been told in this tab is kept with it, so that a new session begins where the one before ended.
// Other tabs of this browser learn which questions were answered rightly, and ask them all the same.
const NAME = "vanishing gradient";
const WAIT = 150; // ms, for the other tabs
const others = globalThis.BroadcastChannel && new BroadcastChannel(NAME);
let asked = "";

function tell(data) {
  others?.postMessage(data); // oxlint-disable-line unicorn/require-post-message-target-origin -- a channel has one
}

function kept() {
  try {
    return { answers: {}, ...JSON.parse(sessionStorage.getItem(NAME)) };
  } catch { // a frame may have no storage
    return { answers: {} };
  }
}
function keep(records) {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(records));
  } catch { // and then all is as without this
  }
}
function score() { // without what was said
  return Object.fromEntries(Object.entries(kept().answers).map(([page, { right }]) => [page, { right }]));
}
function join(scores) { // of another tab: what was said in this one stays
  const { answers, ...rest } = kept();
  const own = Object.entries(answers).filter(([, { said }]) => said);
  keep({ ...rest, answers: { ...answers, ...scores, ...Object.fromEntries(own) } });
}
others?.addEventListener("message", ({ data }) => (data ? join(data) : tell(score())));

export default function keeper({ data, setTriggerValue }) {
  function reply() {
    const { answers, stood } = kept();
    if (stood || Object.keys(answers).length) setTriggerValue("reply", { answers, stood });
  }
  if (data.keep) {
    keep({ ...data.keep, answers: { ...kept().answers, ...data.keep.answers } });
    tell(score());
  } else if (data.ask !== asked) {
    asked = data.ask;
    tell(null);
    if (kept().stood || !others) reply(); // this tab has been here before
    else setTimeout(reply, WAIT);
  }
}
