// The pages that everybody may open: readable by everybody, in both themes, on wide and narrow windows, without scripts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, closeBrowser, database, newPage, screenshot, startServer } from "./support.mjs";

const addresses = ["/", "/demo", "/tillganglighet"];
let server;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "1"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

for (const [theme, width] of [["light", 1280], ["dark", 360]]) {
  for (const address of addresses) {
    test(`${address} has no fault at ${width} px, ${theme} (${database})`, async () => {
      const page = await newPage({ theme, width });
      const answer = await page.goto(server.url + address);
      assert.equal(answer.status(), 200);
      assert.equal(await page.locator("h1").count(), 1);
      await axe(page);
      assert.deepEqual(page.faults, []);
      await screenshot(page, `smoke-${address.slice(1) || "first"}-${theme}`);
      await page.context().close();
    });
  }
}

test(`the pages stand without JavaScript (${database})`, async () => {
  const page = await newPage({ javaScript: false });
  for (const address of addresses) {
    await page.goto(server.url + address);
    assert.ok(await page.locator("h1").isVisible(), address);
  }
});
