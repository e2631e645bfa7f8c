// Entries that were not saved are not lost by accident: the browser asks before it leaves the page.
let dirty = null;

export function mark(form) {
  dirty = form;
  const note = form.querySelector("[data-unsaved]");
  if (note) note.hidden = false;
}

export function release() {
  dirty = null;
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form?.closest("form[data-guard]");
    if (form) mark(form);
  });
}
document.addEventListener("htmx:after:swap", () => dirty?.isConnected && mark(dirty));
document.addEventListener("submit", (event) => {
  if (event.target === dirty) release();
});
addEventListener("beforeunload", (event) => {
  if (dirty?.isConnected) event.preventDefault();
});

// A form that came back refused is not saved either.
const refused = document.querySelector("form[data-refused]");
if (refused) mark(refused);
