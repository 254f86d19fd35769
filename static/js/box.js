// The box: a log dropped on it becomes its file, Ctrl+Enter sends it; a large file is packed on the way, which takes a
// tenth of the time to send, shows how far it is and can be cancelled. The form works without any of it.

const MEGABYTE = 1024 * 1024;
const LARGE = MEGABYTE;

function told(bytes) {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

function attach(input, file) {
  const held = new DataTransfer();
  if (file) held.items.add(file);
  input.files = held.files;
  input.dispatchEvent(new Event("change"));
}

// Anywhere on the page: a log that is dropped beside the box would else replace the page.
function takesDrops(form, input) {
  let depth = 0;

  function holdsFiles(event) {
    return event.dataTransfer?.types.includes("Files") ?? false;
  }

  function over(change) {
    depth = Math.max(0, depth + change);
    form.classList.toggle("is-over", depth > 0);
  }

  document.addEventListener("dragenter", (event) => holdsFiles(event) && over(1));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && over(-1));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over(-depth);
    show(form);
    attach(input, event.dataTransfer.files[0]);
    input.focus();
  });
}

// Whoever comes with a log in the clipboard need not aim. A text of megabytes makes a box slow: it becomes a file.
function takesPastes(form, box, input) {
  document.addEventListener("paste", (event) => {
    const isAimed = event.target.closest?.("input, textarea, select, [contenteditable]");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!text || (isAimed && isAimed !== box) || (isAimed && text.length < LARGE)) return;
    event.preventDefault();
    show(form);
    if (text.length < LARGE) box.value = text;
    else attach(input, new File([text], "pasted.log", { type: "text/plain" }));
    (text.length < LARGE ? box : input).focus();
  });
}

function show(form) {
  const fold = form.closest("details");
  if (fold) fold.open = true;
}

function packsFiles(form, input) {
  const line = form.querySelector("[data-progress]");
  const bar = line.querySelector("progress");
  const text = line.querySelector("[data-progress-text]");
  const cancel = line.querySelector("[data-cancel]");
  const limit = Number(form.dataset.limitMb) * MEGABYTE;
  const packed = new WeakSet();
  let packing = null;

  function say(words, button, part) {
    line.hidden = false;
    text.textContent = words;
    cancel.textContent = button;
    bar.hidden = part === undefined;
    if (part === null) bar.removeAttribute("value");
    else if (part !== undefined) bar.value = part;
  }

  function rest() {
    const file = input.files[0];
    packing = null;
    line.hidden = !file;
    if (file) say(`${file.name}, ${told(file.size)}`, "Remove");
  }

  function isPacked(file) {
    return packed.has(file) || /\.gz$/i.test(file.name);
  }

  // Twice the limit: a text in UTF-16 shrinks to half when it is read.
  function refusal(file) {
    if (!file || isPacked(file) || file.size <= 2 * limit) return "";
    return `${file.name} holds ${told(file.size)}, and ${told(limit)} are read. Send the part around the first error.`;
  }

  input.addEventListener("change", () => {
    input.setCustomValidity(refusal(input.files[0]));
    rest();
  });

  cancel.addEventListener("click", () => {
    if (packing) packing.abort();
    else if (bar.hidden) attach(input, null);
    else window.stop();
    rest();
    input.focus();
  });

  form.addEventListener("submit", (event) => {
    const file = input.files[0];
    if (!file || (file.size < LARGE && !packed.has(file))) return;
    if (isPacked(file) || !("CompressionStream" in window)) {
      say(`Sending ${file.name}, ${told(file.size)}`, "Cancel", null);
      return;
    }
    event.preventDefault();
    packing = new AbortController();
    pack(file, event.submitter, packing.signal).catch(rest);
  });

  async function pack(file, submitter, signal) {
    let read = 0;
    const counted = new TransformStream({
      transform(chunk, controller) {
        read += chunk.byteLength;
        say(`Reading ${file.name}: ${told(read)} of ${told(file.size)}`, "Cancel", read / file.size);
        controller.enqueue(chunk);
      },
    });
    const stream = file.stream().pipeThrough(counted, { signal }).pipeThrough(new CompressionStream("gzip"));
    const small = new File([await new Response(stream).blob()], file.name);
    signal.throwIfAborted();
    packed.add(small);
    attach(input, small);
    form.requestSubmit(submitter);
  }

  // A browser that kept this page for "back" left it in the middle of sending.
  addEventListener("pageshow", rest);
}

function accept(form) {
  const input = form.querySelector("input[type=file]");
  const box = form.querySelector("textarea");
  takesDrops(form, input);
  takesPastes(form, box, input);
  packsFiles(form, input);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

document.querySelectorAll("[data-box]").forEach(accept);
