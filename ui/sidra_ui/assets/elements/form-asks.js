// A form that holds work is sent when somebody answers: else the browser would put a page of its own in its place.
const PATIENCE_MS = 3_000;
const waiting = new WeakSet();

addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    const connection = document.querySelector("sidra-connection");
    if (!("guard" in form.dataset) || "liveAsked" in form.dataset || !connection) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting.has(form)) return;
    waiting.add(form);
    // A slow answer is one too.
    await Promise.race([connection.ask(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
    waiting.delete(form);
    if (!form.isConnected) return;
    form.dataset.liveAsked = "";
    form.requestSubmit(submitter?.isConnected ? submitter : undefined);
    delete form.dataset.liveAsked;
  },
  true,
);
