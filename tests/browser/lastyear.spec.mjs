// Last year in this year's draft: what is marked, what a button confirms, with and without scripts, at every width.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, closeBrowser, fitsTheWindow, newPage, press, screenshot, startServer } from "./support.mjs";

let server;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "2"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

/** The head of a unit that is answering, on the first area of the form with something to confirm. */
async function onAnArea(look) {
  const page = await newPage(look);
  await page.goto(`${server.url}/demo`);
  const card = page.locator("main li", { hasText: "svara och lämna in" }).first();
  await press(page, card.getByRole("button"));
  await page.goto(`${server.url}/enhet`);
  const areas = await page.locator("main a[href^='/enhet/']").evaluateAll((links) => links.map((link) => link.href));
  const start = areas.find((href) => /\/enhet\/[^/]+\/\d{4}/.test(href)) ?? page.url();
  const [unit] = start.match(/.*\/enhet\/[^/]+\/\d{4}/);
  for (const area of "HGFEDCBA") {
    await page.goto(`${unit}/${area}`);
    if ((await page.locator(".unconfirmed button").count()) > 1) return page;
  }
  throw new Error("no area has two criteria to confirm");
}

for (const look of [
  { theme: "light", width: 1280 },
  { theme: "dark", width: 360 },
  { theme: "dark", width: 1280 },
  { theme: "light", width: 360 },
]) {
  test(`unconfirmed answers can be read in ${look.theme} at ${look.width}`, async () => {
    const page = await onAnArea(look);
    await fitsTheWindow(page);
    await axe(page);
    await screenshot(page, `last-year-${look.theme}-${look.width}`);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

for (const javaScript of [true, false]) {
  test(`the keyboard confirms one criterion ${javaScript ? "with" : "without"} scripts, and Enter in a field none`, async () => {
    const page = await onAnArea({ javaScript });
    const before = await page.locator(".unconfirmed").count();
    const crit = page.locator("section.crit", { has: page.locator(".unconfirmed") }).first();
    const id = await crit.getAttribute("id");
    const input = page.locator("section.crit input.num-in, section.crit input[type=date]").first();
    if (await input.count()) {
      await Promise.all([page.waitForNavigation(), input.press("Enter")]);
      assert.equal(await page.locator(".unconfirmed").count(), before, "Enter saves and confirms nothing");
    }
    const button = page.locator(`#${id} .unconfirmed button`);
    await button.focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.equal(await page.locator(`#${id} .unconfirmed`).count(), 0);
    assert.equal(await page.locator(".unconfirmed").count(), before - 1);
    assert.match(await page.locator("main, body").first().textContent(), new RegExp(`${id} är bekräftat`));
    await page.context().close();
  });
}
