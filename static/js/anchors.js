// A link to a part of the page copies its address when it is followed. Without this script it is a link like any other.

const BACK_AFTER_MS = 2000;

const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

document.querySelectorAll("a.anchor").forEach((anchor) => {
  anchor.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(anchor.href);
    } catch {
      return; // refused, or a site without https: the address stands in the address bar all the same
    }
    anchor.classList.add("is-copied");
    status.textContent = "Link copied to the clipboard";
    setTimeout(() => {
      anchor.classList.remove("is-copied");
      status.textContent = "";
    }, BACK_AFTER_MS);
  });
});
