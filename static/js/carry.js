// What was captured goes with the reader to the page of an error, in this tab's own storage and never in an address.
// The page reads `fixpoint:values:<tool>/<slug>`, a JSON object of names and values.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const answer = link?.closest("[data-page]");
  if (!answer || !link.pathname.startsWith(`/errors/${answer.dataset.page}/`)) return;
  try {
    sessionStorage.setItem(`fixpoint:values:${answer.dataset.page}`, answer.dataset.values);
  } catch {
    // Refused or full: the page then shows placeholders.
  }
});
