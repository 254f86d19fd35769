// What readers say is sent without leaving the page; the answer takes the place of the form. Without this the form leads
// to a page that says the same and leads back.

function say(form, sentence, isTaken) {
  let said = form.querySelector("[role=status]");
  if (!said) {
    said = document.createElement("p");
    said.setAttribute("role", "status");
    form.append(said);
  }
  said.textContent = sentence;
  if (!isTaken) return;
  for (const child of [...form.children]) if (child !== said) child.remove();
  const then = form.dataset.then && document.querySelector(form.dataset.then);
  if (!then) return;
  const link = document.createElement("a");
  link.href = form.dataset.then;
  link.textContent = "See what else comes near";
  said.append(" ", link);
  link.focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-feedback]");
  if (!form) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  event.submitter.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/plain" } });
    say(form, await answer.text(), answer.ok);
  } catch {
    say(form, "This could not be sent. Are you online?", false);
  }
  event.submitter.disabled = false;
});
