// Asks the server for a piece of a page, and says what became of it.
const PART = "part";

// The addresses stand in the page: they lead to this server alone.
export async function ask(address, body) {
  const url = new URL(address, location.href);
  url.searchParams.set(PART, "1");
  const answer = await fetch(url, { method: body ? "POST" : "GET", body, credentials: "same-origin" });
  if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "").trim();
}

// A notice with, perhaps, a button that takes back what was done.
export function notice(text, tone, undo, label) {
  const toasts = document.querySelector("sidra-toasts");
  if (!toasts) return;
  toasts.add(text, tone);
  const last = [...toasts.children].find((toast) => toast.firstElementChild?.textContent === text);
  if (!undo || !last) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn sm";
  button.textContent = label;
  button.addEventListener("click", () => {
    last.remove();
    undo();
  });
  last.insertBefore(button, last.lastElementChild);
}

// A dialog that the server sent, shown beside what asked for it. Ends with what `send` answers, or null where it closed.
export function dialogued(dialog, place, send) {
  return new Promise((resolve) => {
    let isSent = false;
    place.append(dialog);
    dialog.querySelector("dialog").addEventListener("close", () => isSent || resolve(null));
    dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      isSent = true;
      const body = new FormData(event.target, event.submitter);
      dialog.querySelector("dialog").close();
      resolve(send(body));
    });
  });
}
