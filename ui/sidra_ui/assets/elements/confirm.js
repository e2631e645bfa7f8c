// A question before an action that cannot be undone, asked in the page's own dialog.
document.addEventListener("submit", (event) => {
  const text = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  const dialog = document.getElementById("confirm");
  if (!text || !dialog || event.target.dataset.liveConfirmed) return;
  event.preventDefault();
  dialog.querySelector("#confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  dialog.querySelector("[value=no]").focus();
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue !== "yes") return;
      event.target.dataset.liveConfirmed = "yes";
      event.target.requestSubmit(event.submitter);
      delete event.target.dataset.liveConfirmed;
    },
    { once: true },
  );
});
