// From one line that counts to the next, in the reader's log: by buttons, or by n and p while the log has the focus.
// Only there: a single letter must not do anything while somebody dictates or types elsewhere.

function steps(panel) {
  const log = panel.querySelector("[data-log]");
  const buttons = panel.querySelector("[data-steps]");
  const lines = [...log.querySelectorAll(".hit")];
  let at = -1;

  function go(step) {
    at = (at + step + lines.length) % lines.length;
    show(lines[at]);
  }

  function show(line) {
    line.closest("details")?.setAttribute("open", "");
    line.tabIndex = -1;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  }

  // Where the reader jumped to by a link, going on begins there.
  function follow() {
    const line = lines.findIndex((one) => `#${one.id}` === location.hash);
    if (line < 0) return;
    at = line;
    show(lines[at]);
  }

  buttons.hidden = lines.length < 2;
  buttons.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) go(at < 0 && button.dataset.step === "-1" ? 0 : Number(button.dataset.step));
  });
  log.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "n") go(1);
    if (event.key === "p") go(at < 0 ? 0 : -1);
  });
  addEventListener("hashchange", follow);
}

document.querySelectorAll(".log-panel:has([data-steps])").forEach(steps);

// Where a link leads into something folded, it is opened first.
function open() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const fold = target && (target.closest("details") ?? target.querySelector("details"));
  if (fold && !fold.open) {
    fold.open = true;
    target.scrollIntoView();
  }
}

addEventListener("hashchange", open);
