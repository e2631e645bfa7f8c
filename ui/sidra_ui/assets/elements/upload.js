// A file is sent as soon as it is chosen, with its progress; the form then posts which one it is.
class Upload extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.value = this.querySelector("input[data-file]");
    this.input.addEventListener("change", (event) => {
      event.stopPropagation();
      if (this.input.files.length) this.send(this.input.files[0]);
    });
    this.input.addEventListener("input", (event) => event.stopPropagation());
    this.querySelector("[data-remove]")?.addEventListener("click", () => this.set(""));
    for (const kind of ["dragover", "drop"]) this.addEventListener(kind, (event) => this.onDrag(event));
  }

  onDrag(event) {
    event.preventDefault();
    if (event.type === "drop" && event.dataTransfer.files.length) this.send(event.dataTransfer.files[0]);
  }

  say(text) {
    this.querySelector("[data-said]").textContent = text;
  }

  send(file) {
    const request = new XMLHttpRequest();
    const bar = this.querySelector("progress");
    const body = new FormData();
    body.append("csrf_token", this.closest("form").elements.csrf_token.value);
    body.append("file", file);
    bar.hidden = false;
    this.say(`${this.dataset.sending} ${file.name}`);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => this.onAnswer(request));
    request.addEventListener("error", () => this.fail(this.dataset.failed));
    request.open("POST", this.dataset.href);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
  }

  onAnswer(request) {
    this.input.value = "";
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // A page in the place of an answer says no more than its status does.
    }
    if (request.status === 200) this.set(answer.id);
    else this.fail(answer.error ?? this.dataset.failed);
  }

  fail(text) {
    this.querySelector("progress").hidden = true;
    this.say(text);
    this.toggleAttribute("data-live-bad", true);
  }

  set(id) {
    this.value.value = id;
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
customElements.define("sidra-upload", Upload);
