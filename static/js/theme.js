// Light or dark by choice. Runs before the first paint, so that no page flashes in the wrong colours, and shows the
// switch in the masthead, which is hidden where no script runs. "Auto" leaves it to the reader's system.

(() => {
  const root = document.documentElement;
  const KEY = "fixpoint:theme";
  const CHOICES = ["light", "dark"];

  // A browser may refuse storage; the choice then holds for this page alone.
  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function keep(choice) {
    try {
      if (CHOICES.includes(choice)) localStorage.setItem(KEY, choice);
      else localStorage.removeItem(KEY);
    } catch {
      // Nothing to do: it is applied all the same.
    }
  }

  function apply(choice) {
    if (CHOICES.includes(choice)) root.dataset.theme = choice;
    else delete root.dataset.theme;
  }

  apply(kept());
  root.dataset.scripted = "";

  document.addEventListener("DOMContentLoaded", () => {
    const select = document.querySelector("[data-theme-choice]");
    if (!select) return; // a window of the desk without a masthead
    select.value = root.dataset.theme ?? "auto";
    select.addEventListener("change", () => {
      keep(select.value);
      apply(select.value);
    });
    // Chosen in another tab, or on a page that the browser kept for "back".
    addEventListener("storage", (event) => event.key === KEY && follow());
    addEventListener("pageshow", follow);

    function follow() {
      apply(kept());
      select.value = root.dataset.theme ?? "auto";
    }
  });
})();
