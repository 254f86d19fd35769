// The editor: rows are added, removed and moved where they stand instead of by a round trip; keys that are typed can be
// chosen elsewhere at once; and nobody leaves with unsaved changes unasked. The form works without any of it.

const form = document.querySelector("[data-editor]");
const state = form.querySelector("[data-state]");
const undo = Object.assign(document.createElement("button"), { type: "button", className: "plain", hidden: true });
let isChanged = form.hasAttribute("data-changed");
let isSending = false;
let added = 0;

undo.textContent = "Undo";
state.after(undo);

function changed(words = "Not saved yet", isRefusal = false) {
  isChanged = true;
  undo.hidden = true;
  state.textContent = words;
  state.classList.toggle("is-refused", isRefusal);
}

function rowsOf(list) {
  return [...list.querySelector(":scope > [data-rows]").children];
}

function place(row) {
  return [...row.parentElement.children].indexOf(row) + 1;
}

function deed(row, name) {
  return row.querySelector(`:scope > .part-deeds > [data-${name}]`);
}

// The first goes no further up, the last no further down.
function refresh(list) {
  const rows = rowsOf(list);
  rows.forEach((row, index) => {
    deed(row, "up").disabled = index === 0;
    deed(row, "down").disabled = index === rows.length - 1;
    const handle = deed(row, "handle");
    handle.hidden = rows.length < 2;
    handle.draggable = true;
  });
  offerKeys();
}

function refreshWithin(element) {
  element.querySelectorAll("[data-list]").forEach(refresh);
}

// --- rows -----------------------------------------------------------------------------------------------------------

function add(list) {
  const depth = (list.dataset.list.split(".").length - 1) / 2;
  const blank = list.querySelector(":scope > [data-blank]");
  const rows = list.querySelector(":scope > [data-rows]");
  added += 1;
  const made = document.createElement("template");
  made.innerHTML = blank.innerHTML.replaceAll(`__row${depth}__`, `new${added}`);
  const row = made.content.firstElementChild;
  rows.append(row);
  refreshWithin(row);
  refresh(list);
  row.querySelector("input, textarea, select")?.focus();
  changed();
}

function remove(row, list) {
  const [rows, after] = [row.parentElement, row.nextElementSibling];
  const next = after ?? row.previousElementSibling;
  row.remove();
  refresh(list);
  (next?.querySelector("summary") ?? list.querySelector(":scope > [data-add]")).focus();
  changed("Removed.");
  undo.hidden = false;
  undo.onclick = () => {
    rows.insertBefore(row, after?.parentElement === rows ? after : null);
    refresh(list);
    row.querySelector("summary").focus();
    changed();
  };
}

function move(row, list, before, focused) {
  row.parentElement.insertBefore(row, before);
  refresh(list);
  if (focused?.disabled) deed(row, focused.hasAttribute("data-up") ? "down" : "up").focus();
  else focused?.focus();
  changed(`Moved to place ${place(row)} of ${rowsOf(list).length}; not saved yet`);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const list = button?.closest("[data-list]");
  if (!list) return;
  const row = button.closest("[data-row]");
  if (button.hasAttribute("data-add")) add(list);
  else if (button.hasAttribute("data-remove")) remove(row, list);
  else if (button.hasAttribute("data-up")) move(row, list, row.previousElementSibling, button);
  else if (button.hasAttribute("data-down")) move(row, list, row.nextElementSibling?.nextElementSibling ?? null, button);
  else return;
  event.preventDefault();
});

// --- dragging -------------------------------------------------------------------------------------------------------

let dragged = null;

form.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-handle]")) return;
  dragged = event.target.closest("[data-row]");
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 0, 0);
});

form.addEventListener("dragover", (event) => {
  const over = dragged && [...dragged.parentElement.children].find((row) => row.contains(event.target));
  if (!over) return;
  event.preventDefault();
  if (over === dragged) return;
  const box = over.getBoundingClientRect();
  const isBelow = event.clientY > box.top + box.height / 2;
  dragged.parentElement.insertBefore(dragged, isBelow ? over.nextElementSibling : over);
});

form.addEventListener("drop", (event) => dragged && event.preventDefault());

form.addEventListener("dragend", () => {
  if (!dragged) return;
  const row = dragged;
  dragged = null;
  row.classList.remove("is-dragged");
  move(row, row.closest("[data-list]"), row.nextElementSibling);
});

// --- keys -----------------------------------------------------------------------------------------------------------

function keysOf(kind) {
  const inputs = form.querySelectorAll(`[data-key][name^="${kind}."]`);
  return [...inputs].map((input) => input.value.trim()).filter(Boolean);
}

function offerKeys() {
  const parts = ["causes", "fixes", "steps"].flatMap(keysOf);
  document.querySelector("#parts").replaceChildren(
    ...parts.map((key) => Object.assign(document.createElement("option"), { value: key })),
  );
  form.querySelectorAll("[data-causes]").forEach((choice) => offerCauses(choice, keysOf("causes")));
}

// What is ticked stays, also when its cause is gone: the server then says that it leads nowhere.
function offerCauses(choice, keys) {
  const boxes = [...choice.querySelectorAll("input")];
  boxes.filter((box) => !box.checked && !keys.includes(box.value)).forEach((box) => box.closest("label").remove());
  const there = boxes.map((box) => box.value);
  const last = choice.querySelector(":scope > .errorlist");
  new Set(keys.filter((key) => !there.includes(key) || !choice.querySelector(`input[value="${CSS.escape(key)}"]`))).forEach(
    (key) => {
      const label = Object.assign(document.createElement("label"), { className: "choice" });
      const box = Object.assign(document.createElement("input"), {
        type: "checkbox",
        name: choice.dataset.causes,
        value: key,
      });
      const code = Object.assign(document.createElement("code"), { textContent: key });
      label.append(box, " ", code);
      choice.insertBefore(label, last);
    },
  );
  const none = choice.querySelector("[data-none]");
  if (none) none.hidden = keys.length > 0;
}

// --- leaving --------------------------------------------------------------------------------------------------------

form.addEventListener("input", () => changed());
form.addEventListener("change", (event) => event.target.hasAttribute("data-key") && offerKeys());

// Whoever was logged out meanwhile, or logged in anew, would lose what was typed on the way: that is looked at first.
async function isAwaited() {
  try {
    const answer = await fetch(form.dataset.editor, { headers: { Accept: "text/html" } });
    const token = new DOMParser()
      .parseFromString(await answer.text(), "text/html")
      .querySelector(".masthead [name=csrfmiddlewaretoken]");
    if (!answer.ok || answer.redirected || !token) return "You are logged out. Log in in another tab, then save here again.";
    form.elements.namedItem("csrfmiddlewaretoken").value = token.value;
    return "";
  } catch {
    return "The site does not answer. What you typed is still here: try again in a while.";
  }
}

form.addEventListener("submit", async (event) => {
  if (isSending) return;
  event.preventDefault();
  const refusal = await isAwaited();
  if (refusal) {
    changed(refusal, true);
    return;
  }
  isSending = true;
  form.requestSubmit(event.submitter);
});
window.addEventListener("pageshow", () => {
  isSending = false;
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged && !isSending) event.preventDefault();
});

refreshWithin(form);
