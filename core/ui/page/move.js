// The window moves to a chart, whose selector stands for "to". Streamlit runs a script again only if it is another one:
// this is move $move.
{
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector("$to")?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}
