// Entries that were not saved are not lost by accident: they are kept as a draft, else the browser asks before it leaves.
let dirty = null;
let isKept = false;
let told = "";

export function mark(form) {
  dirty = form;
  const note = form.querySelector("[data-unsaved]");
  if (!note) return;
  note.hidden = false;
  if (told) note.textContent = told;
}

export function isDirty(form) {
  return dirty === form;
}

export function release() {
  dirty = null;
}

// What has become of the entries, beside the buttons.
export function say(text, kept) {
  told = text;
  isKept = kept;
  if (dirty?.isConnected) mark(dirty);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form?.closest("form[data-guard]");
    if (!form) return;
    isKept = false;
    mark(form);
  });
}
document.addEventListener("htmx:after:swap", () => dirty?.isConnected && mark(dirty));
document.addEventListener("submit", (event) => {
  if (event.target === dirty && !event.defaultPrevented) release();
});
addEventListener("beforeunload", (event) => {
  if (dirty?.isConnected && !isKept) event.preventDefault();
});

// A form that came back refused is not saved either.
const refused = document.querySelector("form[data-refused]");
if (refused) mark(refused);
