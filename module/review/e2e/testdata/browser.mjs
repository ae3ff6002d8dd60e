// SPDX-License-Identifier: Apache-2.0
// Visits the pages and prints one JSON object: what was found wrong, by check.
import { createRequire } from "node:module";
const require = createRequire(process.argv[2] + "/");
const { chromium } = require("playwright-core");
const axe = require("axe-core").source;
const [, , , base, browserPath, shots, demo] = process.argv;
const pages = ["", "events", "events?show=records", "events?address=203.0.113.9", "event?place=5", "people?since=90d", "rules?since=90d", "integrity", "reviews", "report", "report.html?period=" + new Date().getUTCFullYear()];
const wrong = { axe: [], console: [], overflow: [], keyboard: [], noscript: [], inert: [], live: [], demo: [] };
const demoAddress = JSON.parse(demo).address;

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });

async function visit(context, path, check, status = 200) {
  const page = await context.newPage();
  const at = new URL(path, base);
  page.on("console", (m) => { if (m.type() === "error" && status === 200) wrong.console.push(path + ": " + m.text()); });
  page.on("pageerror", (e) => wrong.console.push(path + ": " + e.message));
  page.on("dialog", async (d) => { wrong.inert.push(path + ": a dialog: " + d.message()); await d.dismiss(); });
  page.on("request", (r) => { if (!r.url().startsWith(at.origin)) wrong.inert.push(path + " asks for " + r.url()); });
  const answer = await page.goto(at.href, { waitUntil: "load" }).catch(() => null); // a 401 with nothing in it is no page
  if (status === 200 && answer?.status() !== 200 && !at.href.startsWith(demoAddress)) wrong.console.push(`${path}: answered ${answer?.status()}`);
  if (status !== 200 && answer && answer.status() !== status) wrong.demo.push(`${path}: answered ${answer.status()}`);
  await check(page);
  await page.close();
}

const name = (path) => (path || "overview").replace(/[^a-z]+/g, "-").replace(/-$/, "");

const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
const everything = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function accessible(page, where, only) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate((only) => window.axe.run(document, { runOnly: only }), only);
  for (const v of found.violations) wrong.axe.push(`${where}: ${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 160)}`);
}

// Every page is loaded once, and then seen at each width and in each scheme.
// All of the checker runs at both ends of the widths; in the dark only what
// colours decide. The policy of the page forbids foreign scripts, and the
// checker is one.
async function look(paths) {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce" });
  for (const path of paths) {
    await visit(context, path, async (page) => {
      for (const width of [320, 1440, 2560]) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (over > 0) wrong.overflow.push(`${path} at ${width}: ${over} px`);
        for (const scheme of width === 2560 ? [] : ["light", "dark"]) {
          if (scheme === "dark" && width === 320 && !shots) continue; // colours don't depend on the width
          await page.emulateMedia({ colorScheme: scheme });
          await accessible(page, `${path} at ${width}, ${scheme}`, scheme === "dark" ? colours : everything);
          if (shots) await page.screenshot({ path: `${shots}/${name(path)}-${width}-${scheme}.png`, fullPage: false });
        }
      }
    });
  }
  await context.close();
}
// Two at a time: a page waits for the server half of the time.
await Promise.all([look(pages.filter((_, i) => i % 2 === 0)), look(pages.filter((_, i) => i % 2 === 1))]);

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
  await page.getByText("nothing new yet").waitFor({ timeout: 60000 });
  await fetch(new URL("/record-one", base));
  await page.locator("#rows tr.new", { hasText: "live-canary" }).waitFor({ timeout: 60000 }).catch(() => wrong.live.push("the new record isn't shown"));
  if (await page.locator("#rows img, #rows script").count()) wrong.inert.push("a live row has elements of a name in it");
});
// The demo's page asks for the password it has printed, and shows the demo's
// trail to whoever has it.
const { address, user, password } = JSON.parse(demo);
const stranger = await browser.newContext();
await visit(stranger, address, async (page) => { if (await page.locator("main, h1").count()) wrong.demo.push("the page is open to everybody"); }, 401);
const auditor = await browser.newContext({ httpCredentials: { username: user, password }, bypassCSP: true, viewport: { width: 1440, height: 900 } });
for (const path of ["", "events", "people", "integrity"]) {
  await visit(auditor, address + path, async (page) => {
    await page.getByRole("navigation", { name: "Pages", exact: true }).waitFor({ timeout: 60000 });
    await accessible(page, "the demo's /" + path, everything);
    if (path === "events" && !(await page.getByText("desk.").count())) wrong.demo.push("no sample traffic");
  });
}
await browser.close();
console.log(JSON.stringify(wrong));
