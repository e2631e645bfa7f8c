// The form as it stood with some entries, which the server lays out anew.
import { mark } from "./form-guard.js";

export async function refill(form, entries) {
  const body = new URLSearchParams(entries);
  body.set("csrf_token", form.elements.csrf_token.value);
  const answer = await fetch(form.getAttribute("hx-post"), { method: "POST", body, headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("record-form");
  form.replaceWith(fresh);
  window.htmx.process(fresh);
  mark(fresh);
}
