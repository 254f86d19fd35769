// Opens what is folded when a link leads to it or into it, and everything before the page is printed.

function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const folded = [...target.querySelectorAll(":scope > details")];
  for (let element = target; element; element = element.parentElement) if (element.matches("details")) folded.push(element);
  const closed = folded.filter((details) => !details.open);
  for (const details of closed) details.open = true;
  if (closed.length) target.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
