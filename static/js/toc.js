// Marks in the table of contents the section that is being read.

function follow(toc) {
  const links = new Map([...toc.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);

  function mark() {
    // The section that is read is the last one whose heading stands in the upper part of the window or above it.
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.35);
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const current = atEnd ? headings.at(-1) : passed.at(-1) ?? headings[0];
    for (const link of links.values()) link.removeAttribute("aria-current");
    if (!current) return;
    const link = links.get(current.id);
    link.setAttribute("aria-current", "true");
    const box = toc.closest(".page-side");
    if (box && box.scrollHeight > box.clientHeight) box.scrollTop = link.offsetTop - box.clientHeight / 2;
  }

  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -65% 0px", threshold: [0, 1] });
  headings.forEach((heading) => observer.observe(heading));
}

document.querySelectorAll(".toc").forEach(follow);
