// Drives the pages of a running server with Debian's Chromium, as a visitor without any other
// network would see them:
//
//   node graphiql.mjs URL [SCREENSHOT_DIR]
//
// EXAMPLES names the folder of example operations, with the README.md that groups them
// (by default schema/examples of this checkout), CHROMIUM the browser (/usr/bin/chromium).
// Exits with 1 and one sentence at the first thing that is wrong.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/** What is being done, for the message of a failure. */
let step = "starting";

const [url, screenshots] = process.argv.slice(2);
if (!url) fail("usage: node graphiql.mjs URL [SCREENSHOT_DIR]");

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.env.EXAMPLES ?? resolve(here, "../../schema/examples");
const files = existsSync(folder)
  ? readdirSync(folder).filter((file) => file.endsWith(".graphql"))
  : [];
if (files.length === 0) fail(`there are no example operations in ${folder}`);
/** The files of each group, as the list of examples has them. */
const groups = readFileSync(join(folder, "README.md"), "utf8")
  .split(/^## /m)
  .slice(1)
  .map((group) => [...group.matchAll(/\]\(([^)/]+\.graphql)\)/g)].map(([, file]) => file));
const examples = groups.flat();
if (examples.length !== files.length) fail(`README.md lists ${examples.length} of ${files.length} examples`);
/** The first of each group: GraphiQL's tabs at a first visit. */
const firsts = groups.map(([first]) => first);
if (screenshots) mkdirSync(screenshots, { recursive: true });

const { origin, hostname } = new URL(url);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${hostname}`,
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

/** What went wrong in the pages while they were used. */
const wrong = [];


try {
  await aFirstVisit();
  await aLinkedQuestion();
  await theStartPage();
  await theDarkSide();
  if (wrong.length > 0) throw wrong[0];
} catch (error) {
  await browser.close();
  // What the page itself complained about explains a timeout better than the timeout.
  fail(wrong[0] ?? `failed while ${step}: ${String(error?.message ?? error).split("\n")[0]}`);
}
await browser.close();
console.log(`ok: ${examples.length} examples in GraphiQL and on the start page of ${origin}`);

/** GraphiQL as a newcomer finds it: examples as tabs and in the side bar, and the first one can be run. */
async function aFirstVisit() {
  const context = await visitor({ width: 1280, height: 800 });
  const page = await open(context, "/graphiql");
  const title = await page.title();
  expect(title === "onrecord – GraphiQL", `the page is called "${title}": was the server built without it?`);
  await showsExample(page, examples[0]);

  step = "counting GraphiQL's tabs";
  const tabs = await page.getByRole("tab").count();
  expect(tabs === firsts.length, `GraphiQL has ${tabs} tabs for ${firsts.length} groups of examples`);

  await runs(page);
  await picture(page, "graphiql-1280");

  step = "opening each tab";
  for (const index of firsts.keys()) {
    await page.getByRole("tab").nth(index).click();
    await showsExample(page, firsts[index]);
    await addressHolds(page, firsts[index]);
  }

  step = "opening examples from the side bar";
  const listed = page.getByRole("region", { name: "Examples", exact: true }).getByRole("button");
  const count = await listed.count();
  expect(count === examples.length, `the side bar lists ${count} of ${examples.length} examples`);
  const last = examples.findLast((example) => !firsts.includes(example));
  await listed.nth(examples.indexOf(last)).click();
  await showsExample(page, last);
  await addressHolds(page, last);
  await runs(page);
  await listed.first().click();
  await showsExample(page, examples[0]);
  const more = await page.getByRole("tab").count();
  expect(more === firsts.length + 1, `an example and one that was open make ${more} tabs of ${firsts.length}`);

  step = "reloading GraphiQL";
  // GraphiQL keeps its tabs a moment after they change.
  await page.waitForFunction(
    (more) => JSON.parse(localStorage.getItem("graphiql:tabState") ?? "{}").tabs?.length === more,
    more,
  );
  await page.reload();
  await showsExample(page, examples[0]);
  const after = await page.getByRole("tab").count();
  expect(after === more, `after a reload GraphiQL has ${after} tabs, not ${more}`);

  await looksAround(page, 1280);
  await context.close();

  const phone = await visitor({ width: 390, height: 844 });
  const small = await open(phone, "/graphiql/");
  await showsExample(small, examples[0]);
  await runs(small);
  await picture(small, "graphiql-390");
  await looksAround(small, 390);
  await phone.close();
}

/** The schema's documentation and the explorer know the schema. */
async function looksAround(page, width) {
  for (const plugin of ["Documentation Explorer", "GraphiQL Explorer"]) {
    step = `opening the ${plugin}`;
    await page.getByRole("button", { name: `Show ${plugin}` }).click();
    await page.locator(".graphiql-plugin").getByText(/query/i).first().waitFor();
    await picture(page, `graphiql-${width}-${plugin.split(" ")[0].toLowerCase()}`);
  }
}

/** A link into GraphiQL shows its question, at a first visit and at a later one. */
async function aLinkedQuestion() {
  const context = await visitor({ width: 1280, height: 800 });
  const query = "# Is this the linked one?\nquery Linked { __typename }\n";
  const page = await open(context, `/graphiql?query=${encodeURIComponent(query)}`);
  await shows(page, "Is this the linked one?");
  const first = await page.getByRole("tab").first().textContent();
  expect(first?.includes("Linked"), `the first tab of a linked question is "${first}"`);
  await runs(page);

  const last = firsts.at(-1);
  await open(context, `/graphiql/?query=${encodeURIComponent(read(last))}`, page);
  await showsExample(page, last);
  const tabs = await page.getByRole("tab").count();
  expect(tabs === firsts.length + 1, `a link to an example that is open gives ${tabs} tabs`);
  await context.close();
}

/** The start page fits its window, and everything it links to is there. */
async function theStartPage() {
  for (const width of [390, 1280]) {
    const context = await visitor({ width, height: 844 });
    const page = await open(context, "/");
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider <= 0, `the start page is ${wider} px wider than a window of ${width} px`);
    await picture(page, `start-${width}`, true);

    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href));
    const questions = links.filter((link) => new URL(link).searchParams.has("query"));
    expect(
      questions.length === examples.length,
      `the start page links to ${questions.length} questions of ${examples.length}`,
    );
    for (const link of links) {
      step = `following ${link.slice(0, 100)}`;
      const response = await context.request.get(link);
      expect(response.ok(), `${link} answers ${response.status()}`);
    }

    step = "clicking the first question";
    await page.locator("a[href*='query=']").first().click();
    await showsExample(page, examples[0]);
    await context.close();
  }
}

async function theDarkSide() {
  for (const width of [390, 1280]) {
    const context = await visitor({ width, height: 844 }, "dark");
    await picture(await open(context, "/"), `start-${width}-dark`, true);
    const page = await open(context, "/graphiql/");
    await showsExample(page, examples[0]);
    await runs(page);
    await picture(page, `graphiql-${width}-dark`);
    await context.close();
  }
}

/** A browser without a past that may speak to the server only. */
async function visitor(viewport, colorScheme = "light") {
  const context = await browser.newContext({ viewport, colorScheme });
  context.setDefaultTimeout(30_000);
  await context.route("**/*", (route) => {
    const asked = new URL(route.request().url());
    if (asked.origin === origin || ["data:", "blob:"].includes(asked.protocol)) {
      return route.continue();
    }
    complain(`a page asked another host: ${asked.href.slice(0, 200)}`);
    return route.abort();
  });
  context.on("console", (message) => {
    if (message.type() === "error" || /content security policy/i.test(message.text())) {
      complain(`the console says: ${message.text().slice(0, 300)}`);
    }
  });
  context.on("weberror", (error) => complain(`a script failed: ${error.error().message}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // Going to another page ends what the last one was still loading.
    if (reason !== "net::ERR_ABORTED") complain(`${request.url().slice(0, 200)}: ${reason}`);
  });
  return context;
}

async function open(context, path, page) {
  step = `opening ${path.slice(0, 60)}`;
  const shown = page ?? (await context.newPage());
  const response = await shown.goto(origin + path);
  expect(response?.ok(), `${path} answers ${response?.status()}`);
  return shown;
}

/** Waits until the address has the example: what is put into the editor gets there a moment later. */
async function addressHolds(page, example) {
  const query = read(example).trim();
  const held = page.waitForFunction(
    (query) => new URLSearchParams(location.search).get("query")?.trim() === query,
    query,
    { timeout: 5000 },
  );
  await held.catch(() => expect(false, `the address does not hold ${example}`));
}

function read(example) {
  return readFileSync(join(folder, example), "utf8");
}

/** Waits until the query editor shows the beginning of an example. */
async function showsExample(page, example) {
  const line = read(example).split("\n")[0].replace(/^#+\s*/, "").slice(0, 24);
  await shows(page, line);
}

async function shows(page, text) {
  step = `waiting for "${text}" in the query editor`;
  await page.waitForFunction((text) => {
    const lines = document.querySelector(".graphiql-query-editor .view-lines");
    return lines?.textContent.replaceAll("\u00a0", " ").includes(text);
  }, text);
}

/** Runs the operation shown and waits for an answer without errors. */
async function runs(page) {
  step = "running the operation";
  await page.locator(".graphiql-execute-button").click();
  const answer = page.locator(".graphiql-response .view-lines");
  await answer.filter({ hasText: /"(data|errors)"/ }).waitFor();
  const text = (await answer.textContent()) ?? "";
  expect(text.includes('"data"') && !text.includes('"errors"'), `the answer is ${text.slice(0, 300)}`);
}

async function picture(page, name, fullPage = false) {
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage });
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

function complain(message) {
  wrong.push(`failed while ${step}: ${message}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
