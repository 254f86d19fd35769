// Marks in the table of contents the section that is being read.

function follow(toc) {
  const links = new Map([...toc.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const passed = new Set();
  const box = toc.closest(".page-side");

  function mark() {
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const current = atEnd ? headings.at(-1) : headings.findLast((heading) => passed.has(heading)) ?? headings[0];
    for (const link of links.values()) link.removeAttribute("aria-current");
    const link = links.get(current.id);
    link.setAttribute("aria-current", "true");
    if (box && box.scrollHeight > box.clientHeight) box.scrollTop = link.offsetTop - box.clientHeight / 2;
  }

  // What is read is the last section whose heading stands above a line in the upper part of the window. The margin
  // reaches far up, so that a heading counts as passed however far a jump has gone beyond it.
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) passed.add(target);
        else passed.delete(target);
      }
      mark();
    },
    { rootMargin: "1000000px 0px -65% 0px" },
  );
  headings.forEach((heading) => observer.observe(heading));
}

document.querySelectorAll(".toc").forEach(follow);
