// Every page that anybody can reach in a rehearsal, which has a case in every state: readable by everybody, in both
// languages and themes, on wide and narrow windows, and without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, closeBrowser, database, newPage, press, screenshot, startServer } from "./support.mjs";

/** How a page is looked at; each kind of page is seen in each of these. */
const looks = [
  { lang: "sv", theme: "light", width: 1280 },
  { lang: "en", theme: "dark", width: 360 },
  { lang: "sv", theme: "dark", width: 320 },
  { lang: "en", theme: "light", width: 1280 },
];
let server;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "2"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

/** Opens a page as one looks at it; for somebody of the rehearsal when `who` is given, else for nobody. */
async function openAs(who, look) {
  const page = await newPage(look);
  await page.context().addCookies([{ name: "sprak", value: look.lang, url: server.url }]);
  if (who !== undefined) {
    await page.goto(`${server.url}/demo`);
    await press(page, page.locator("main form button").nth(who));
  }
  return page;
}

/** Files that a link gives instead of a page. */
const isFile = (path) => /\.pdf$|\/underlag\//.test(path);

/**
 * What kind of page an address is, so that one of each kind is looked at: its words, with names, years and numbers left
 * out, the letter of an area kept only as being one, and what it filters by.
 */
function kindOf(url) {
  const words = url.pathname.split("/").map((part, at, all) => {
    if (/^\d{4}$/.test(part)) return "YEAR";
    if (/^[A-Z]$/.test(part)) return "AREA";
    if (/^[0-9a-f-]{20,}$/.test(part)) return "ID";
    const follows = all[at - 1];
    return ["enhet", "granska"].includes(follows) || /^\d{4}$/.test(follows) ? fixedWord(part) : part;
  });
  return `${words.join("/")}?${[...url.searchParams.keys()].sort().join("&")}`;
}

/** Words that stand where a unit's name can stand, or after a year. */
const known = new Set(["svar", "lamna-in", "forlangning", "resultat", "rapport", "faktagranskning", "atgardsplan",
  "rekommendation", "bakgrund", "jav", "las", "samsyn", "ratta", "utskick", "meddela", "logg", "komplettering"]);
const fixedWord = (part) => (known.has(part) ? part : "UNIT");

/** The state of a case as its page says it: each kind of page is looked at once for each. */
const stateOn = (page) => page.locator("main .tag, main h1, main h2").evaluateAll((all) =>
  all.map((one) => `${one.tagName}.${one.className}`).sort().join(" "));

/** The pages that one person reaches by links: one address for each kind of page and each shape that it has. */
async function pagesOf(who) {
  const page = await openAs(who, looks[0]);
  const start = who === undefined ? "/demo" : "/";
  const waiting = [start];
  const met = new Set(waiting);
  const tries = new Map();
  const found = new Map();
  while (waiting.length > 0) {
    const address = waiting.shift();
    const kind = kindOf(new URL(address, server.url));
    const tried = tries.get(kind) ?? 0;
    if (tried >= 12) continue;
    tries.set(kind, tried + 1);
    const answer = await page.goto(server.url + address);
    assert.equal(answer.status(), 200, `${address} is linked to`);
    const shape = `${kind} ${await stateOn(page)}`;
    if (found.has(shape)) continue;
    found.set(shape, { address, kind });
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((one) => one.href));
    for (const link of links) {
      const url = new URL(link);
      const next = url.pathname + url.search;
      if (url.origin !== server.url || met.has(next) || isFile(url.pathname)) continue;
      met.add(next);
      waiting.push(next);
    }
  }
  await page.context().close();
  return [...found.values()];
}

/** What is wrong with a page; every page must have nothing. */
async function faultsOf(page, address, { lang, theme, width }) {
  page.faults.length = 0;
  const answer = await page.goto(server.url + address);
  try {
    assert.equal(answer.status(), 200);
    assert.equal(await page.locator("h1").count(), 1, "one heading of the first level");
    assert.match(await page.title(), /^.+ – USVE/);
    assert.equal(await page.locator("html").getAttribute("lang"), lang);
    await axe(page);
    assert.deepEqual(page.faults, []);
    return [];
  } catch (fault) {
    return [`${address} in ${lang}, ${theme}, ${width} px: ${fault.message}`];
  }
}

/**
 * Looks at every page of one person. The first of a kind is seen in two looks that have no language, theme or width in
 * common; each further shape of it in the next look in turn.
 */
async function lookAtAll(who, name) {
  const pages = await pagesOf(who);
  const seen = new Set();
  const plan = looks.map(() => []);
  pages.forEach((one, at) => {
    if (seen.has(one.kind)) return plan[at % looks.length].push(one);
    seen.add(one.kind);
    plan[0].push(one);
    plan[1].push(one);
  });
  const faults = [];
  for (const [at, look] of looks.entries()) {
    const page = await openAs(who, look);
    for (const { address } of plan[at]) faults.push(...(await faultsOf(page, address, look)));
    await page.goto(server.url);
    await screenshot(page, `pages-${name}-${at}`);
    await page.context().close();
  }
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.join("\n\n")}`);
  return { kinds: seen.size, pages: pages.length };
}

test(`nobody's pages have a fault (${database})`, async () => {
  const { kinds } = await lookAtAll(undefined, "nobody");
  assert.ok(kinds >= 4, `only ${kinds} kinds of pages were found`);
});

test(`no page that anybody of the rehearsal reaches has a fault (${database})`, async (t) => {
  const page = await openAs(undefined, looks[0]);
  await page.goto(`${server.url}/demo`);
  const roles = await page.locator("main li h2").allInnerTexts();
  assert.ok(roles.length >= 6, `only ${roles.length} people to be`);
  for (const [who, role] of roles.entries()) {
    await t.test(role, async (one) => {
      const { kinds, pages } = await lookAtAll(who, role.toLowerCase().replaceAll(/\W+/g, "-"));
      one.diagnostic(`${kinds} kinds, ${pages} pages`);
    });
  }
});

test(`the pages that everybody may open stand without JavaScript (${database})`, async () => {
  const page = await newPage({ javaScript: false });
  for (const address of ["/", "/demo", "/hjalp", "/tillganglighet", "/personuppgifter"]) {
    await page.goto(server.url + address);
    assert.ok(await page.locator("h1").isVisible(), address);
  }
});
