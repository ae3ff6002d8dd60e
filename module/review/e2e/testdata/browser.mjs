// SPDX-License-Identifier: Apache-2.0
// Visits the pages and prints one JSON object: what was found wrong, by check.
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { chromium } = require("playwright-core");
const axe = require("axe-core").source;
const [, , , base, browserPath, shots] = process.argv;
const pages = ["", "events", "events?show=records", "events?address=203.0.113.9", "event?place=5", "people?since=90d", "rules?since=90d", "integrity", "reviews", "report", "report.html?period=" + new Date().getUTCFullYear()];
const wrong = { axe: [], console: [], overflow: [], keyboard: [], noscript: [], inert: [], live: [] };

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

async function visit(context, path, check) {
  const page = await context.newPage();
  page.on("console", (m) => { if (m.type() === "error") wrong.console.push(path + ": " + m.text()); });
  page.on("pageerror", (e) => wrong.console.push(path + ": " + e.message));
  page.on("dialog", async (d) => { wrong.inert.push(path + ": a dialog: " + d.message()); await d.dismiss(); });
  page.on("request", (r) => { if (!r.url().startsWith(new URL(base).origin)) wrong.inert.push(path + " asks for " + r.url()); });
  await page.goto(base + path, { waitUntil: "load" });
  await check(page);
  await page.close();
}

const name = (path) => (path || "overview").replace(/[^a-z]+/g, "-").replace(/-$/, "");

for (const scheme of ["light", "dark"]) {
  for (const width of [320, 1280, 2560]) {
    // The policy of the page forbids foreign scripts; the checker is one.
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true, reducedMotion: "reduce" });
    for (const path of pages) {
      await visit(context, path, async (page) => {
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) wrong.overflow.push(`${path} at ${width}: ${over} px`);
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        for (const v of found.violations) wrong.axe.push(`${path} at ${width}, ${scheme}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 160)}`);
        if (shots && width !== 2560) await page.screenshot({ path: `${shots}/${name(path)}-${width}-${scheme}.png`, fullPage: false });
      });
    }
    await context.close();
  }
}

// With the policy in force: no console errors, nothing loaded from elsewhere.
const strict = await browser.newContext();
for (const path of pages) await visit(strict, path, async () => {});

// The keyboard alone: skip link first, then a way to another page.
await visit(strict, "", async (page) => {
  await page.keyboard.press("Tab");
  if ((await page.evaluate(() => document.activeElement.className)) !== "skip") wrong.keyboard.push("the first stop is not the skip link");
  await page.keyboard.press("Enter");
  if ((await page.evaluate(() => location.hash)) !== "#main") wrong.keyboard.push("the skip link leads nowhere");
  await page.goto(base);
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => { const e = document.activeElement, s = getComputedStyle(e); return [e.textContent.trim(), s.outlineStyle, s.outlineWidth]; });
    if (seen[1] === "none" || seen[2] === "0px") wrong.keyboard.push(`no visible focus on ${seen[0]}`);
    if (seen[0] === "Events") { await Promise.all([page.waitForURL(/events$/), page.keyboard.press("Enter")]); break; }
  }
  if (!page.url().endsWith("/events")) wrong.keyboard.push("Events can't be reached by Tab");
  await page.getByLabel("Whose password").focus();
  await page.keyboard.type("elastic");
  await Promise.all([page.waitForURL(/target=elastic/), page.keyboard.press("Enter")]);
  if (/cause=/.test(page.url())) wrong.keyboard.push("empty fields stay in the address: " + page.url());
});

// Without JavaScript everything is there, and the button of the live tail isn't.
const plain = await browser.newContext({ javaScriptEnabled: false });
for (const path of pages) {
  await visit(plain, path, async (page) => {
    if (!(await page.locator("h1").first().isVisible())) wrong.noscript.push(path + " has no heading");
    if (await page.getByRole("button", { name: "Follow live" }).count()) wrong.noscript.push(path + " offers what needs a script");
  });
}

// The live tail shows a new record.
await visit(strict, "events", async (page) => {
  await page.getByRole("button", { name: "Follow live" }).click();
  await page.getByText("nothing new yet").waitFor({ timeout: 15000 });
  await fetch(new URL("/record-one", base));
  await page.locator("#rows tr.new", { hasText: "live-canary" }).waitFor({ timeout: 15000 }).catch(() => wrong.live.push("the new record isn't shown"));
  if (await page.locator("#rows img, #rows script").count()) wrong.inert.push("a live row has elements of a name in it");
});
await browser.close();
console.log(JSON.stringify(wrong));
