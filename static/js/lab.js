// The signature lab beside its field: what a signature does is said while it is typed. Every `textarea[data-lab]` gets it,
// also those that come later; `data-lab-page` is the page, `data-lab="regex"` or a name that ends in `regex` says which kind
// of signature it is. A field `…key` and `…shared` beside it belong to the same one. The lab's own screen works without.

const AFTER_MS = 400;
const SAID_AFTER_MS = 900;
const ADDRESS = "/admin/desk/lab/signature/";
const panels = new WeakMap();

function panelOf(field) {
  if (!panels.has(field)) panels.set(field, attach(field));
  return panels.get(field);
}

function attach(field) {
  const details = document.createElement("details");
  details.className = "lab";
  const summary = document.createElement("summary");
  summary.textContent = "Lab: type a signature to see what it finds";
  const content = document.createElement("div");
  content.className = "lab-content";
  content.tabIndex = 0; // it may scroll
  content.setAttribute("role", "group"); // no landmark: a form may hold many
  content.setAttribute("aria-label", "What the signature finds");
  details.append(summary, content);
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  details.hidden = kindOf(field) === "regex" && !field.value; // most signatures have none
  field.after(details, said);
  return { details, summary, content, said, waiting: 0, saying: 0, asking: null, asked: null };
}

function beside(field, name) {
  const prefix = field.name.replace(/(text|regex)$/, "");
  return field.form?.elements.namedItem(`${prefix}${name}`);
}

function kindOf(field) {
  return field.dataset.lab === "regex" || /regex$/.test(field.name) ? "regex" : "text";
}

function question(field) {
  const body = new FormData();
  const isRegex = kindOf(field) === "regex" || beside(field, "regex")?.checked === true;
  body.set("page", field.dataset.labPage ?? beside(field, "page")?.value ?? "");
  body.set("text", field.value);
  if (isRegex) body.set("regex", "on");
  for (const name of ["key", "shared"]) {
    const value = beside(field, name)?.value;
    if (value) body.set(name, value);
  }
  body.set("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "");
  return body;
}

async function ask(field) {
  const panel = panelOf(field);
  panel.asking?.abort();
  panel.asking = new AbortController();
  const { signal } = panel.asking;
  const body = question(field);
  const asked = new URLSearchParams(body).toString();
  if (asked === panel.asked) return;
  panel.details.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(ADDRESS, { method: "POST", body, signal, headers: { Accept: "application/json" } });
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(answer.status);
    show(panel, await answer.json());
    panel.asked = asked;
  } catch (problem) {
    if (problem.name === "AbortError") return;
    show(panel, { sentence: "The lab does not answer just now; save the draft, its problems are then said there", html: "" });
  }
  panel.details.removeAttribute("aria-busy");
}

function show(panel, { sentence, sound, html }) {
  panel.summary.textContent = sentence ? `Lab: ${sentence}` : "Lab: type a signature to see what it finds";
  panel.details.classList.toggle("is-sound", Boolean(sound));
  panel.details.classList.toggle("is-doubtful", Boolean(sentence) && !sound);
  panel.content.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  // Spoken only once the typing rests: a sentence after each letter would talk over the writer.
  clearTimeout(panel.saying);
  panel.saying = setTimeout(() => { panel.said.textContent = sentence; }, SAID_AFTER_MS);
}

function later(field, milliseconds) {
  const panel = panelOf(field);
  panel.details.hidden = false;
  clearTimeout(panel.waiting);
  panel.waiting = setTimeout(() => ask(field), milliseconds);
}

const isTried = (element) => element instanceof HTMLTextAreaElement && element.matches("textarea[data-lab]");

document.querySelectorAll("textarea[data-lab]").forEach(panelOf);
document.addEventListener("input", (event) => isTried(event.target) && later(event.target, AFTER_MS));
document.addEventListener("focusin", (event) => isTried(event.target) && event.target.value && later(event.target, 0));
