// A log dropped anywhere on the form becomes its file; Ctrl+Enter in the box sends it. The form works without both.

function holdsFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function accept(form) {
  const input = form.querySelector("input[type=file]");
  const box = form.querySelector("textarea");
  let depth = 0;

  function over(change) {
    depth = Math.max(0, depth + change);
    form.classList.toggle("is-over", depth > 0);
  }

  form.addEventListener("dragenter", (event) => holdsFiles(event) && over(1));
  form.addEventListener("dragleave", (event) => holdsFiles(event) && over(-1));
  form.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  form.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    over(-depth);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
    input.focus();
  });

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

document.querySelectorAll("[data-drop]").forEach(accept);
