// What every browser test stands on: the real server, pages in the real Chromium, its mail and its pictures.
// The database is the one that the test command chose: PostgreSQL with USVE_TEST_DATABASE_URL, SQLite without.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import PostalMime from "postal-mime";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.USVE_TEST_BIN ?? join(repository, "target/debug/usve");
const postgres = process.env.USVE_TEST_DATABASE_URL;
// The server gets the settings of its test, not those of the terminal.
const plainEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("USVE_")));

/** The database of this run, for names of tests and pictures. */
export const database = postgres ? "postgres" : "sqlite";

/**
 * Starts `usve demo` or `usve serve` on a free loopback port, in a folder and a database of its own, and waits until
 * it is ready.
 *
 * - `command`: "demo" or "serve"; `args`: further arguments; `environment`: further variables.
 * - Answers `{ url, folder, output(), usve(...args), mail(), kill(), again(), stop() }`: `usve` runs another command on
 *   the same data and answers what it printed; `mail` reads every mail sent so far, oldest first; `kill` ends the server
 *   at once, as a power cut would, and `again` starts it on the same data and port.
 * - Throws with the server's own output when it ends or is not ready within `seconds`.
 */
export async function startServer({ command = "demo", args = [], environment = {}, seconds = 120 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "usve-browser-"));
  const store = postgres ? await createDatabase() : { variables: {}, drop: async () => {} };
  const url = `http://127.0.0.1:${await freePort()}`;
  const options = { cwd: folder, env: { ...plainEnvironment, ...store.variables, ...environment } };
  const usve = async (...words) => (await run(binary, words, options)).stdout;
  if (postgres && command === "serve") await usve("migrate");

  let output = "";
  let server;
  let ended = true;
  const end = async (signal) => {
    if (ended) return;
    const gone = once(server, "exit");
    server.kill(signal);
    const forced = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(forced);
  };
  const stop = async () => {
    await end("SIGTERM");
    await store.drop();
    await rm(folder, { recursive: true, force: true });
  };
  const again = async () => {
    server = spawn(binary, [command, "--listen", new URL(url).host, ...args], options);
    ended = false;
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (bytes) => (output += bytes));
    server.on("error", (error) => ((output += error.message), (ended = true)));
    server.on("exit", (code, signal) => ((output += `\n(ended: ${code ?? signal})`), (ended = true)));
    const deadline = Date.now() + seconds * 1000;
    while (!(await isReady(url))) {
      if (ended || Date.now() > deadline) {
        await stop();
        throw new Error(`usve ${command} was not ready at ${url}:\n${output}`);
      }
      await wait(100);
    }
  };
  await again();
  return {
    url, folder, output: () => output, usve, mail: () => readMail(folder), kill: () => end("SIGKILL"), again, stop,
  };
}

/**
 * Waits until `ask` answers something that is true, and answers that; for what no event of the page tells, such as a
 * mail that arrives. Throws with `what` after `seconds`.
 */
export async function until(what, ask, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await wait(100);
  }
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** A new, empty database in the cluster of the test command. */
async function createDatabase() {
  const name = `browser_${process.pid}_${Date.now()}`;
  const ask = (statement) => run("psql", ["--no-psqlrc", "--quiet", "--command", statement, postgres]);
  await ask(`CREATE DATABASE ${name}`);
  const address = new URL(postgres);
  address.pathname = `/${name}`;
  return {
    variables: { USVE_DATABASE_URL: address.href },
    drop: () => ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Every mail in the mail folder below `folder`, oldest first: `{ to: [address], subject, text, html, links }`. */
async function readMail(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /(^|\/)mail\/.*\.eml$/.test(name));
  const mails = await Promise.all(names.map(async (name) => PostalMime.parse(await readFile(join(folder, name)))));
  return mails
    .sort((one, other) => Date.parse(one.date) - Date.parse(other.date))
    .map(({ to, subject, text, html }) => ({
      to: to.map(({ address }) => address),
      subject,
      text,
      html,
      links: text?.match(/https?:\/\/[^\s<>"]+/g) ?? [],
    }));
}

/**
 * Presses a button or link that leads to another page, and waits until that page stands; answers its status.
 * A plain click answers before the old page is gone.
 */
export async function press(page, control) {
  const [answer] = await Promise.all([page.waitForNavigation(), control.click()]);
  return answer.status();
}

/** Signs in as a person of the service, by the one-time link of the mail that they get. */
export async function signIn(page, server, email) {
  await page.goto(`${server.url}/logga-in`);
  await page.getByLabel("E-postadress").fill(email);
  const ways = async () => (await server.mail())
    .filter(({ to }) => to.includes(email))
    .flatMap(({ links }) => links.filter((address) => address.startsWith(`${server.url}/logga-in/`)));
  const earlier = (await ways()).length;
  await press(page, page.getByRole("button", { name: "Skicka länken" }));
  assert.equal(await page.locator("h1").textContent(), "Titta i din e-post");
  const link = await until(`a mail to ${email} with a way to sign in`, async () => (await ways())[earlier]);
  await page.goto(link);
  await press(page, page.getByRole("button", { name: "Logga in" }));
}

let browser;

/** Chromium, started once for a test file; a missing one is an error, never a skipped test. */
async function theBrowser() {
  browser ??= chromium.launch({
    executablePath: process.env.USVE_TEST_CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: false,
    args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  return browser;
}

/** Ends Chromium; call it in `after`, otherwise the test process does not end. */
export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

/**
 * A new page in a session of its own (no cookies shared). `close` it through `page.context().close()`, or leave it to
 * `closeBrowser`.
 *
 * - `javaScript`: false for a browser without scripts; `theme`: "light" or "dark"; `width`, `height`: CSS pixels;
 *   `lang`: "sv" or "en", what the browser asks for; `more`: further options of Playwright's `newContext`.
 * - `page.faults` collects what no page may ever do: errors in the console (broken content policy among them), thrown
 *   errors, requests to another host.
 */
export async function newPage({ javaScript = true, theme = "light", width = 1280, height = 900, lang = "sv", more } = {}) {
  const context = await (await theBrowser()).newContext({
    javaScriptEnabled: javaScript,
    colorScheme: theme,
    viewport: { width, height },
    locale: lang === "sv" ? "sv-SE" : "en-GB",
    timezoneId: "Europe/Stockholm",
    reducedMotion: "reduce",
    ...more,
  });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  page.javaScript = javaScript;
  page.faults = [];
  // A page that is refused (404, 409, 422) is a page; anything else that is refused is a fault.
  page.on("console", (message) => {
    const ofAnswer = message.text().includes("the server responded with a status of");
    if (message.type() === "error" && !ofAnswer) page.faults.push(message.text());
  });
  page.on("response", (answer) => {
    if (answer.status() >= 400 && !answer.request().isNavigationRequest()) {
      page.faults.push(`${answer.status()} for ${answer.url()}`);
    }
  });
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1") page.faults.push(`asked ${request.url()}`);
  });
  return page;
}

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * Asserts that the page as it stands has no accessibility violation (WCAG 2.2 A and AA, and axe's best practice), and
 * nothing wider than the window. The page must have been opened with JavaScript: axe is a script itself.
 */
export async function axe(page) {
  assert.ok(page.javaScript, "axe cannot run in a page without JavaScript");
  await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate((tags) =>
    globalThis.axe.run({ runOnly: tags, resultTypes: ["violations"] }), axeTags);
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(" ")}\n${failureSummary}`));
  assert.equal(found.length, 0, `${page.url()}:\n${found.join("\n")}`);
  assert.ok(passes.length > 0, `axe checked nothing on ${page.url()}`);
  await fitsTheWindow(page);
}

/** Asserts that nothing on the page is wider than the window, and names what is. */
export async function fitsTheWindow(page) {
  const wide = await page.locator("html").evaluate((html) => {
    const beyond = (one) => one.getBoundingClientRect().right > innerWidth + 1;
    const name = (one) => `${one.tagName} ${one.id || one.className}`;
    return html.scrollWidth > innerWidth ? [html.scrollWidth, ...[...document.querySelectorAll("*")].filter(beyond).map(name)] : [];
  });
  assert.equal(wide.length, 0, `${page.url()} is wider than the window: ${wide.slice(0, 12).join(", ")}`);
}

/** Keeps a picture of the whole page under `target/browser/`, named after the database and `name`; answers its path. */
export async function screenshot(page, name) {
  const folder = join(repository, "target/browser", database);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
