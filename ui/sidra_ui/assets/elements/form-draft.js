// A form is set aside while somebody makes a record that it refers to, and taken up again with that one chosen.
import htmx from "htmx.org/dist/htmx.esm.js";
import { mark, release } from "./form-guard.js";

const KEY = "draft:";

export function setAside(form, field, address) {
  const key = Date.now().toString(36);
  sessionStorage.setItem(KEY + key, JSON.stringify({ field, entries: [...new FormData(form)] }));
  const back = new URL(location.href);
  back.searchParams.set("draft", key);
  back.searchParams.delete("picked");
  const there = new URL(address, location.href);
  there.searchParams.set("then", back.pathname + back.search);
  release();
  location.assign(there);
}

// The form as it stood with these entries, and with what is told anew.
export async function refill(form, entries, told = {}) {
  const body = new URLSearchParams(entries);
  body.set("csrf_token", form.elements.csrf_token.value);
  for (const [name, value] of Object.entries(told)) body.set(name, value);
  const answer = await fetch(form.getAttribute("hx-post"), { method: "POST", body, headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("record-form");
  form.replaceWith(fresh);
  htmx.process(fresh);
  mark(fresh);
}

async function takeUp(form) {
  const here = new URL(location.href);
  const key = KEY + here.searchParams.get("draft");
  const kept = sessionStorage.getItem(key);
  if (!kept) return;
  sessionStorage.removeItem(key);
  const { field, entries } = JSON.parse(kept);
  const told = here.searchParams.has("picked") ? { [field]: here.searchParams.get("picked") } : {};
  for (const name of ["draft", "picked"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
  await refill(form, entries, told);
  document.getElementById(`f-${field.replaceAll(".", "-")}`)?.focus();
}

const form = document.getElementById("record-form");
if (form) takeUp(form);
