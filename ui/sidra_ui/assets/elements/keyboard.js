// "/" and Ctrl K go to the search box from anywhere.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea, [contenteditable]");
  const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isPalette = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const box = document.getElementById("global-search");
  if (!box || !(isSlash || isPalette)) return;
  event.preventDefault();
  box.focus();
  box.select();
});
