// A second click does not save a second time. Comes after whatever may stop a form from being sent. What is answered by
// a file, or was stopped on its way, leaves the page where it is: after a while the form may be sent again.
const AGAIN_MS = 10_000;

document.addEventListener("submit", (event) => {
  const { target: form, timeStamp } = event;
  if (event.defaultPrevented || form.method !== "post") return;
  if (timeStamp < Number(form.dataset.sent) + AGAIN_MS) event.preventDefault();
  else form.dataset.sent = timeStamp;
});
// The form that the way back leads to may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
