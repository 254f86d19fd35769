// Audits addresses of a running site with Lighthouse; called by `python -m bench.lighthouse`, which starts the site.
//   node lighthouse.mjs <folder with node_modules> <chrome> <site> <text to paste> <path>...
// Prints one JSON object: for each screen its scores, and what Lighthouse found wanting.

import { pathToFileURL } from "node:url";

const [folder, chrome, site, paste, ...paths] = process.argv.slice(2);
const module = (path) => import(pathToFileURL(`${folder}/node_modules/${path}`).href);
const { startFlow } = await module("lighthouse/core/index.js");
const puppeteer = (await module("puppeteer-core/lib/cjs/puppeteer/puppeteer-core.js")).default;

const browser = await puppeteer.launch({
  executablePath: chrome,
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ],
});

function told(name, result) {
  const categories = Object.values(result.categories);
  const scores = Object.fromEntries(categories.map((category) => [category.id, category.score]));
  const wanting = categories.flatMap((category) =>
    category.auditRefs
      .map((reference) => ({ weight: reference.weight, audit: result.audits[reference.id] }))
      .filter(({ weight, audit }) => weight > 0 && audit.score !== null && audit.score < 1)
      .map(({ audit }) => ({
        category: category.id,
        audit: audit.id,
        score: audit.score,
        title: audit.title,
        value: audit.displayValue ?? "",
        items: (audit.details?.items ?? []).slice(0, 3).map((item) => item.node?.snippet ?? item.url ?? item.description ?? ""),
      })),
  );
  return { name, scores, wanting };
}

try {
  const page = await browser.newPage();
  const flow = await startFlow(page, { flags: { formFactor: "mobile", maxWaitForLoad: 30000 } });
  for (const path of paths) {
    await flow.navigate(`${site}${path}`, { name: path });
  }
  // The result is the answer to a form: paste, send, and audit the navigation that follows.
  await page.goto(`${site}/`);
  await page.type("#text", paste);
  await flow.startNavigation({ name: "result" });
  await page.click("form.box button[type=submit]");
  await flow.endNavigation();
  const { steps } = await flow.createFlowResult();
  console.log(JSON.stringify(steps.map((step) => told(step.name, step.lhr))));
} finally {
  await browser.close();
}
