// Gives every command and block of code a button that copies it. Without this script there is no dead button.

const BACK_AFTER_MS = 2000;

// Only one message at a time is spoken; the live region must stand in the page before its text changes.
const status = document.createElement("p");
status.className = "unseen";
status.setAttribute("role", "status");
document.body.append(status);

function frame(block) {
  const wrapper = document.createElement("div");
  wrapper.className = "copyable";
  block.replaceWith(wrapper);
  wrapper.append(block);
  return wrapper;
}

function addButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  // On a narrow screen an icon stands for the word, until there is more to say.
  const word = button.appendChild(document.createElement("span"));
  word.textContent = "Copy";
  button.addEventListener("click", async () => {
    const done = await copy(block);
    word.textContent = done ? "Copied" : "Press Ctrl+C";
    button.classList.add("has-said");
    status.textContent = done ? "Copied to the clipboard" : "Selected; press Ctrl+C to copy";
    setTimeout(() => {
      word.textContent = "Copy";
      button.classList.remove("has-said");
      status.textContent = "";
    }, BACK_AFTER_MS);
  });
  frame(block).append(button);
}

async function copy(block) {
  const code = block.matches("pre") ? block : block.querySelector("pre");
  try {
    // A missing clipboard (a site without https) fails here like a refused one.
    await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}

document.querySelectorAll("[data-copy], .prose .code").forEach(addButton);
