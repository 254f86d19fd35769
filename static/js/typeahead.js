// Results while a search is typed, after the combobox pattern of the ARIA Authoring Practices. The form works without.

const AFTER_MS = 150;
const SAID_AFTER_MS = 700;

function combobox(form) {
  const input = form.querySelector("input[type=search]");
  const popup = document.createElement("div");
  popup.className = "hints";
  popup.id = `${input.id}-hints`;
  popup.hidden = true;
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  form.classList.add("has-hints");
  form.append(popup, said);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let asking = null;
  let waiting = 0;
  let saying = 0;
  let active = -1;

  const options = () => [...popup.querySelectorAll("[role=option]")];

  function close() {
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function forget() {
    clearTimeout(waiting);
    asking?.abort();
    popup.replaceChildren();
    close();
  }

  function open() {
    const isFilled = options().length > 0;
    popup.hidden = !isFilled;
    input.setAttribute("aria-expanded", String(isFilled));
  }

  function activate(place) {
    active = place;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = options()[place];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  // Spoken only once the typing rests: a count after each letter would talk over the reader.
  function say(text) {
    clearTimeout(saying);
    saying = setTimeout(() => { said.textContent = text; }, SAID_AFTER_MS);
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const query = input.value.trim();
    if (!query) return forget();
    try {
      const address = new URL("/search/hints", location.href);
      address.searchParams.set("q", query);
      const answer = await fetch(address, { signal });
      if (!answer.ok) return forget();
      show(await answer.text());
    } catch (problem) {
      if (problem.name !== "AbortError") forget();
    }
  }

  function show(html) {
    const list = new DOMParser().parseFromString(html, "text/html").querySelector("[role=listbox]");
    // Two forms on one page would otherwise have options of the same name.
    list.id = `${input.id}-listbox`;
    list.querySelectorAll("[role=option]").forEach((option, at) => { option.id = `${input.id}-option-${at}`; });
    popup.replaceChildren(list);
    input.setAttribute("aria-controls", list.id);
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (document.activeElement === input) open();
    const total = Number(list.dataset.total);
    say(total === 0 ? "No page found" : total === 1 ? "1 page found" : `${total} pages found`);
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, AFTER_MS);
  });

  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.isComposing) return;
    if (event.key === "Escape" && !popup.hidden) {
      event.preventDefault(); // a second Escape empties the field, as the browser does
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count > 0) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (popup.hidden) open();
      // One place more than there are options: there the field itself is active again.
      activate(((active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && active >= 0 && !popup.hidden) {
      event.preventDefault();
      location.assign(options()[active].dataset.href);
    }
  });

  popup.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  popup.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
  input.addEventListener("focus", open);
  input.addEventListener("blur", close);
  form.addEventListener("submit", forget);
}

document.querySelectorAll("form[role=search]").forEach(combobox);
