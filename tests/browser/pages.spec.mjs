// Every page that anybody can reach in a rehearsal, which has a case in every state: readable by everybody, in both
// languages and themes, on wide and narrow windows, and without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, closeBrowser, database, fitsTheWindow, newPage, press, screenshot, startServer } from "./support.mjs";

/**
 * How a page is looked at; each kind of page is seen in each of these. What is on a page hangs on the database, how it
 * looks does not: on PostgreSQL the first look is enough.
 */
const looks = [
  { lang: "sv", theme: "light", width: 1280 },
  { lang: "en", theme: "dark", width: 320 },
  { lang: "sv", theme: "dark", width: 320 },
  { lang: "en", theme: "light", width: 1280 },
].slice(0, database === "postgres" ? 1 : 4);
let server;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "2"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

/** Opens a page for somebody of the rehearsal when `who` is given, else for nobody. */
async function openAs(who) {
  const page = await newPage();
  if (who !== undefined) {
    await page.goto(`${server.url}/demo`);
    await press(page, page.locator("main form button").nth(who));
  }
  return page;
}

/** From now on the page is looked at in this way. */
async function lookAt(page, { lang, theme, width }) {
  await page.context().addCookies([{ name: "sprak", value: lang, url: server.url }]);
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 900 });
}

/** Files that a link gives instead of a page. */
const isFile = (path) => /\.(pdf|xlsx|json)$|\/underlag\/[^/?]+$/.test(path);

/**
 * What kind of page an address is, so that one of each kind is looked at: its words, with names, years and numbers left
 * out, the letter of an area kept only as being one, and what it filters by.
 */
function kindOf(url) {
  const words = url.pathname.split("/").map((part, at, all) => {
    if (/^\d{4}$/.test(part)) return "YEAR";
    if (/^[A-Z]$/.test(part)) return "AREA";
    if (/^[A-Z]\d+$/.test(part)) return "CRITERION";
    if (/^(\d{4}-)?\d+$/.test(part)) return "CASE";
    if (/^[0-9a-f-]{20,}$/.test(part)) return "ID";
    const follows = all[at - 1];
    return ["enhet", "granska"].includes(follows) || /^\d{4}$/.test(follows) ? fixedWord(part) : part;
  });
  return `${words.join("/")}?${[...url.searchParams.keys()].sort().join("&")}`;
}

/** Words that stand where a unit's name can stand, or after a year. */
const known = new Set(["svar", "lamna-in", "forlangning", "resultat", "rapport", "faktagranskning", "atgardsplan",
  "rekommendation", "bakgrund", "medarbetare", "kvitto", "skillnad", "jav", "las", "samsyn", "ratta", "utskick", "meddela", "logg", "komplettering", "underlag", "uppgifter", "stod", "datum", "historik", "ovning"]);
const fixedWord = (part) => (known.has(part) ? part : "UNIT");

/** What a page is made of, so that a page in another state is another page to look at. */
const shapeOf = (page) => page.locator("main h2, main form, main .tag, main .notice").evaluateAll((all) =>
  [...new Set(all.map((one) => `${one.tagName} ${one.className} ${one.tagName === "FORM" ? one.getAttribute("action").split("/").at(-1) : ""}`))].sort().join());

/** The most addresses of one kind that one person opens, and the most shapes of one kind that are looked at closely. */
const [mostOpened, mostShapes] = [3, 4];
/** The shapes of each kind that somebody was sent to look at. */
const met = new Map();

/**
 * Opens every kind of page that one person reaches by links, and looks closely at what nobody before had in this shape:
 * the first of a kind in two looks that have no language, theme or width in common, each further shape in the next look
 * in turn. Answers what is left to look at, by look; the first look is done.
 */
async function crawl(page, who, faults) {
  await lookAt(page, looks[0]);
  const plan = looks.map(() => []);
  const waiting = [who === undefined ? "/demo" : "/"];
  const known = new Set(waiting);
  const opened = new Map();
  let found = 0;
  while (waiting.length > 0) {
    const address = waiting.shift();
    const kind = kindOf(new URL(address, server.url));
    const times = opened.get(kind) ?? 0;
    if (times >= mostOpened) continue;
    opened.set(kind, times + 1);
    faults.push(...(await faultsOf(page, address, looks[0], async () => {
      await fitsTheWindow(page);
      const shapes = met.get(kind) ?? new Set();
      const shape = await shapeOf(page);
      const isNew = !shapes.has(shape) && shapes.size < mostShapes;
      const isFirst = shapes.size === 0;
      met.set(kind, shapes.add(shape));
      if (!isNew) return;
      const at = (isFirst ? 1 : found) % looks.length;
      found += 1;
      if (at > 0) plan[at].push(address);
      if (isFirst || at === 0) await axe(page);
    })));
    for (const link of await page.locator("a[href]").evaluateAll((all) => all.map((one) => one.href))) {
      const url = new URL(link);
      const next = url.pathname + url.search;
      if (url.origin !== server.url || known.has(next) || isFile(url.pathname)) continue;
      known.add(next);
      waiting.push(next);
    }
  }
  return plan;
}

/** What is wrong with a page; every page must have nothing. `closely` is a further question to it. */
async function faultsOf(page, address, { lang, theme, width }, closely) {
  page.faults.length = 0;
  const answer = await page.goto(server.url + address);
  try {
    assert.equal(answer.status(), 200);
    assert.equal(await page.locator("h1").count(), 1, "one heading of the first level");
    assert.match(await page.title(), /^.+ – USVE/);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    await closely(page);
    assert.deepEqual(page.faults, []);
    return [];
  } catch (fault) {
    return [`${address} in ${lang}, ${theme}, ${width} px: ${fault.message}`];
  }
}

/** Looks at every page of one person. */
async function lookAtAll(who, name) {
  const faults = [];
  const page = await openAs(who);
  const plan = await crawl(page, who, faults);
  await screenshot(page, `pages-${name}-0`);
  for (const [at, look] of looks.entries()) {
    if (plan[at].length === 0) continue;
    await lookAt(page, look);
    for (const address of plan[at]) faults.push(...(await faultsOf(page, address, look, axe)));
    await screenshot(page, `pages-${name}-${at}`);
  }
  await page.context().close();
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.join("\n\n")}`);
}

test(`no page that nobody or anybody of the rehearsal reaches has a fault (${database})`, async (t) => {
  const page = await openAs();
  await page.goto(`${server.url}/demo`);
  const people = await page.locator("main li h2").allInnerTexts();
  assert.ok(people.length >= 12, `only ${people.length} people to be`);
  await t.test("nobody", () => lookAtAll(undefined, "nobody"));
  for (const [who, role] of people.entries()) {
    await t.test(role, () => lookAtAll(who, role.toLowerCase().replaceAll(/[^a-zåäö]+/g, "-")));
  }
  t.diagnostic(`${met.size} kinds of pages, ${[...met.values()].reduce((sum, shapes) => sum + shapes.size, 0)} shapes`);
  assert.ok(met.size >= 35, `only ${met.size} kinds of pages were found: ${[...met.keys()].join(" ")}`);
});

test(`the pages that everybody may open stand without JavaScript (${database})`, async () => {
  const page = await newPage({ javaScript: false });
  for (const address of ["/", "/demo", "/hjalp", "/tillganglighet", "/personuppgifter"]) {
    await page.goto(server.url + address);
    assert.ok(await page.locator("h1").isVisible(), address);
  }
});
