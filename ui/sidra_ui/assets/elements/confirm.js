// A question before an action that cannot be undone.
import { confirmed } from "./confirmed.js";

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const text = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!text || !document.getElementById("confirm") || form.dataset.liveConfirmed) return;
  event.preventDefault();
  if (!(await confirmed(text))) return;
  form.dataset.liveConfirmed = "yes";
  form.requestSubmit(submitter);
  delete form.dataset.liveConfirmed;
});
