// Fills the commands of a page with values that the reader's own log held. The screen of results leaves them in the
// session under `fixpoint:values:<tool>/<slug>`; they go nowhere else. The rules of kb/matching/filling.py hold: each slot
// comes from the server with its shape and its place in the command, and what does not fit leaves the slot open.

const MOST = 200;
const MASK = "[redacted]";
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
const LIVE = /[$`"\\!]/;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;

function isSafe(slot, value) {
  if (!value || [...value].length > MOST || value.includes(MASK) || /['"`]/.test(value)) return false;
  if (UNPRINTABLE.test(value.replaceAll(" ", ""))) return false;
  // As Python counts: by characters, which needs the u flag, which knows no escaped quotation marks.
  return new RegExp(`^(?:${slot.shape.replace(/\\(['"])/g, "$1")})$`, "u").test(value);
}

function quoted(value, place) {
  if (PLAIN.test(value) || place === "single_quoted") return value;
  if (place === "double_quoted") return LIVE.test(value) ? null : value;
  return place === "bare" ? `'${value}'` : null;
}

// The value as it may stand in the slot; null where it may not.
export function taken(slot, value) {
  if (!isSafe(slot, value) || (slot.beginsWord && value.startsWith("-"))) return null;
  return quoted(value, slot.place);
}

function valuesFor(page) {
  try {
    const stored = JSON.parse(sessionStorage.getItem(`fixpoint:values:${page}`)) ?? {};
    return Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value === "string"));
  } catch {
    return {}; // no storage, or not what we wrote: the placeholders stay
  }
}

function node(name, text, className = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

// A block with its two faces: as the page came, and filled in. A block that takes no value is left out.
function faces(block, values) {
  const code = block.matches("pre") ? block : block.querySelector("pre");
  const used = new Set();
  const filled = JSON.parse(block.dataset.template).map((piece) => {
    if (typeof piece === "string") return piece;
    const word = taken(piece, values[piece.name] ?? "");
    if (word === null) return node("var", piece.shown);
    used.add(piece.name);
    return node("var", word, "filled");
  });
  return used.size ? { code, used, plain: [...code.childNodes], filled } : null;
}

function offer(bar, blocks, values, remembered) {
  const used = [...new Set(blocks.flatMap(({ used }) => [...used]))];
  const said = document.createElement("span");
  const button = node("button", "");
  button.type = "button";
  bar.append(said, " ", button);
  bar.hidden = false;

  function show(isOn) {
    for (const { code, plain, filled } of blocks) code.replaceChildren(...(isOn ? filled : plain));
    const told = used.flatMap((name, at) => [at ? ", " : "", `${name.replace("_", " ")} `, node("code", values[name])]);
    if (isOn) said.replaceChildren("Values from your log: ", ...told, ". Read each command before you run it.");
    else said.textContent = "Commands show placeholders.";
    button.textContent = isOn ? "Show placeholders" : "Fill in the values from your log";
  }

  let isOn = sessionStorage.getItem(remembered) === null;
  button.addEventListener("click", () => {
    isOn = !isOn;
    if (isOn) sessionStorage.removeItem(remembered);
    else sessionStorage.setItem(remembered, "1");
    show(isOn);
  });
  show(isOn);
}

const page = document.querySelector("[data-page]")?.dataset.page;
const bar = document.querySelector("[data-values]");
if (page && bar) {
  const values = valuesFor(page);
  const blocks = [...document.querySelectorAll("[data-template]")].map((block) => faces(block, values)).filter(Boolean);
  if (blocks.length) offer(bar, blocks, values, `fixpoint:values-off:${page}`);
}
