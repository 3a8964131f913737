// SPDX-License-Identifier: Apache-2.0
// All customers and all users as lists of any columns, by any condition, on the demo's data.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, picture as take } from "../lib/browser.js";
import { secretKey, Server, twofold } from "../lib/server.js";

let folder;
let server;
let key;
let browser;
let page;
let planted;
let problems;
const cleanups = [];
const picture = (name) => take(page, `list-${name}`);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "twofold-lists-"));
  const data = join(folder, "data");
  const options = ["--data", data, "--until", "2026-11-21", "--events", "400000"];
  const made = await twofold("demo", ...options, "--no-serve");
  assert.equal(made.code, 0, made.stderr);
  const written = await twofold("demo", ...options.slice(2), "--truths", join(folder, "truths.json"));
  assert.equal(written.code, 0, written.stderr);
  planted = JSON.parse(readFileSync(join(folder, "truths.json"), "utf8"));
  key = await secretKey(data);
  server = await Server.start({ after: (undo) => cleanups.push(undo) }, ["demo", ...options, "--port", "0"]);
  ({ browser, page, problems } = await openBrowser(folder, server));
  await page.goto(server.signInLink);
  await page.getByRole("link", { name: "Customers", exact: true }).click();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  for (const undo of cleanups) undo();
  rmSync(folder, { recursive: true, force: true });
});

const table = () => page.locator('[data-answer="list"] table');
const question = () => page.getByLabel(/This list as a question/);
const condition = (name) => page.locator('[data-list="conditions"] .chip').filter({ hasText: name });
/** Waits until so many are listed. */
const listed = (heading) => page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
/** The shown cells of a column, by the name at its head. */
async function column(name) {
  const heads = (await table().locator("thead th").allInnerTexts()).map((text) => text.replace(/[\s⋯↑↓]+/g, " ").trim());
  const at = heads.findIndex((head) => head === name || head === `${name} USD`);
  assert.ok(at >= 0, `${name} is one of ${heads.join(", ")}`);
  return (await table().locator(`tbody tr td:nth-child(${at + 1})`).allInnerTexts()).map((text) => text.trim());
}
const number = (text) => Number(text.replaceAll(",", ""));
const asked = async (text) => (await server.ask(key, text)).json;
const add = (name) => page.getByRole("button", { name, exact: true });
const tool = (name) => page.locator("form.bar").getByRole("button", { name, exact: true });
const field = (within, name) => within.getByLabel(name, { exact: true });
const panel = (name) => page.locator(`[data-panel="${name}"]`);

test("all customers are listed: who they are, what they pay, whether they use", async () => {
  await listed("Customers · 2,000");
  const all = await asked("list customers show customer.name, customer.mrr, users of use in the last 30 days sort by customer.mrr descending limit 100");
  assert.deepEqual(await column("name"), all.rows.map((row) => row[1]));
  assert.deepEqual((await column("mrr")).map(number), all.rows.map((row) => row[2]));
  assert.deepEqual((await column("active")).map(number), all.rows.map((row) => row[3]));
  await picture("customers");
});

test("the common conditions are a click each: who pays while nobody uses it", async () => {
  await tool("Filter").click();
  await add("paying").click();
  await listed("Customers · 812");
  await tool("Filter").click();
  await add("nobody used it in 30 days").click();
  await listed("Customers · 43");
  const names = [...planted.silent, ...planted.automatic_only].map((one) => one.name).sort();
  assert.deepEqual((await column("name")).sort(), names);
  await page.getByText("16,905.00 USD a month").waitFor();
  assert.match(await question().inputValue(), /^list customers where paying and no user did use in the last 30 days show /);
  await picture("filtered");
  await page.reload();
  await listed("Customers · 43");
  await condition("no user did use").getByRole("button", { name: /^Remove/ }).click();
  await listed("Customers · 812");
  await page.goBack();
  await listed("Customers · 43");
});

test("conditions of values and in words find the ghost seats", async () => {
  await page.goto(`${server.url}/customers`);
  await listed("Customers · 2,000");
  await tool("Filter").click();
  const fact = panel("filter");
  await field(fact, "fact").selectOption("customer.seats");
  await field(fact, "how").selectOption({ label: "at least" });
  await field(fact, "value").fill("50");
  await picture("filter");
  await fact.getByRole("button", { name: "Filter" }).first().click();
  await condition("customer.seats >= 50").waitFor();
  await tool("Filter").click();
  const words = panel("filter").getByLabel("A condition in words");
  const wrong = "users of use in the last 30 days < 0.2 * customer.seat";
  await words.fill(wrong);
  await words.press("Escape");
  await words.press("Enter");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /customer\.seats/, "the nearest name");
  const place = `${wrong}\n${" ".repeat(wrong.indexOf("customer.seat"))}^`;
  assert.equal((await alert.locator("pre").innerText()).trimEnd(), place, "at its place in what was typed");
  await words.fill("users of use in the last 30 days < 0.2 * customer.seats");
  await words.press("Escape");
  await words.press("Enter");
  await listed("Customers · 14");
  assert.deepEqual((await column("name")).sort(), planted.ghost_seats.map((one) => one.name).sort());
  const mrr = (await column("mrr")).map(number).reduce((a, b) => a + b);
  assert.equal(mrr.toFixed(2), "38220.00");
});

test("what people did is put together by clicks, money and roles too", async () => {
  await page.goto(`${server.url}/customers`);
  await listed("Customers · 2,000");
  const put = async (...choices) => {
    await tool("Filter").click();
    for (const [name, label] of choices) await field(panel("filter"), name).selectOption({ label });
    return panel("filter").locator("form").filter({ hasText: "What they did" });
  };
  const made = async (form, text) => {
    await form.getByRole("button", { name: "Filter" }).click();
    await condition(text).waitFor();
    const { rows } = await asked(`count customers where ${(await page.locator('[data-list="conditions"] .chip').allInnerTexts()).map((chip) => chip.replace("×", "").trim()).join(" and ")}`);
    await listed(`Customers · ${rows[0][0].toLocaleString("en-GB")}`);
  };
  let form = await put(["who", "anybody, also who left"], ["event", "money churned"]);
  await field(form, "days").fill("");
  await made(form, "did money.churned");
  form = await put(["who", "any user"], ["role", "as champion"], ["did or not", "is there, whatever they did"]);
  await made(form, "any user with role champion");
  await listed("Customers · 54"); // Their champion stayed, and they left.
  form = await put(["who", "at least … % of users"], ["event", "Report Viewed"]);
  await field(form, "how many").fill("5");
  await field(form, "days").fill("365");
  await field(form, "times").fill("2");
  await made(form, 'at least 5% of users did "Report Viewed" at least 2 times in the last 365 days');
  const { facts } = (await (await fetch(`${server.url}/v1/schema`, { headers: { authorization: `Bearer ${key}` } })).json());
  for (const fact of facts) assert.ok((await asked(`count customers where did ${fact}`)).rows, `${fact} is answered`);
});

test("any column is added, sorted by, moved and taken away", async () => {
  await page.goto(`${server.url}/customers`);
  await listed("Customers · 2,000");
  await tool("Columns").click();
  await panel("columns").getByLabel("lifetime revenue").check();
  await panel("columns").getByLabel("industry").check();
  await table().getByRole("button", { name: "industry", exact: true }).waitFor();
  const builder = panel("columns");
  await field(builder, "number").selectOption({ label: "how many events" });
  await field(builder, "event").selectOption({ label: "Report Exported" });
  await field(builder, "days").fill("7");
  await field(builder, "called").fill("exports");
  await picture("columns");
  await builder.getByRole("button", { name: "Add" }).first().click();
  await table().getByRole("button", { name: "exports", exact: true }).click();
  await table().locator('th[aria-sort="descending"]').waitFor();
  const all = await asked('list customers show events of "Report Exported" in the last 7 days as exports sort by exports descending limit 100');
  assert.deepEqual((await column("exports")).map(number), all.rows.map((row) => row[1]));
  assert.ok(all.rows[0][1] > 0);
  await table().getByRole("button", { name: /^exports/ }).click();
  await table().locator('th[aria-sort="ascending"]').waitFor();
  assert.deepEqual([...new Set(await column("exports"))], ["0"]);

  await table().getByRole("button", { name: "Change column exports" }).click();
  await panel("column").getByRole("button", { name: "← Move" }).click();
  await page.waitForFunction(() => /as exports, customer\.industry/.test(document.querySelector("#list-question").value));
  await panel("column").getByRole("button", { name: "Remove column" }).click();
  await page.waitForFunction(() => !/ as exports/.test(document.querySelector("#list-question").value));
  await page.goBack();
  await table().getByRole("button", { name: /^exports/ }).waitFor();
});

test("a list is paged through, each customer once", async () => {
  await page.goto(`${server.url}/customers`);
  await listed("Customers · 2,000");
  const names = [];
  for (let from = 1; from <= 2000; from += 100) {
    await page.getByText(`${from.toLocaleString("en-GB")} to ${(from + 99).toLocaleString("en-GB")} of 2,000`).waitFor();
    names.push(...(await column("name")));
    if (from < 1901) await add("Next").click();
  }
  const all = await asked("list customers show customer.name sort by customer.mrr descending");
  assert.deepEqual(names, all.rows.map((row) => row[1]));
  assert.ok(await add("Next").isDisabled());
  await page.goBack();
  await page.getByText("1,801 to 1,900 of 2,000").waitFor();
  await add("Last").click();
  await page.getByText("1,901 to 2,000 of 2,000").waitFor();
  await add("First").click();
  await page.getByText("1 to 100 of 2,000").waitFor();
});

/** What a click on a link gives, as text. */
async function downloaded(name) {
  const [download] = await Promise.all([page.waitForEvent("download"), add(name).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

test("all of a list is exported, not the page that is shown", async () => {
  const text = await question().inputValue();
  const csv = await downloaded("CSV");
  assert.equal(csv.name, "customers.csv");
  assert.equal(csv.text, (await server.ask(key, text, {}, "text/csv")).text);
  assert.equal(csv.text.trimEnd().split("\n").length, 2001);
  const ndjson = await downloaded("NDJSON");
  const lines = ndjson.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 2000);
  assert.equal(lines[0]["customer.mrr"], number((await column("mrr"))[0]));
});

test("a row opens the customer's page; back is the list as it was", async () => {
  await page.getByLabel("Search").fill("NORTHERN b");
  await page.waitForFunction(() => /matches/.test(document.querySelector("#list-question").value));
  await table().locator("tbody tr").first().waitFor();
  const names = await column("name");
  assert.ok(names.length > 0 && names.every((name) => /northern b/i.test(name)), names.join());
  const address = page.url();
  await page.getByRole("link", { name: names[0], exact: true }).click();
  await page.getByRole("heading", { level: 1, name: names[0] }).waitFor();
  await page.goBack();
  assert.equal(page.url(), address);
  await page.getByRole("link", { name: names[0], exact: true }).waitFor();
  assert.equal(await page.getByLabel("Search").inputValue(), "NORTHERN b");
});

test("all users are listed, by what they did and whose they are", async () => {
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await listed("Users · 30,000");
  await picture("users");
  await tool("Filter").click();
  await field(panel("filter"), "event").selectOption({ label: "Report Exported" });
  await panel("filter").locator("form").filter({ hasText: "What they did" }).getByRole("button", { name: "Filter" }).click();
  await listed("Users · 1,705");
  await tool("Filter").click();
  await add("of a paying customer").click();
  await condition("paying").waitFor();
  const both = await asked('count users where did "Report Exported" in the last 30 days and paying');
  await listed(`Users · ${both.rows[0][0].toLocaleString("en-GB")}`);
  await condition("did").getByTitle("Change it").click();
  const words = panel("filter").getByLabel("A condition in words");
  await words.fill("did use in the last 30 days");
  await words.press("Escape");
  await words.press("Enter");
  await condition("did use in the last 30 days").waitFor();
  await condition("paying").getByRole("button", { name: /^Remove/ }).click();
  await listed("Users · 18,944");
  await tool("Filter").click();
  await field(panel("filter"), "fact").selectOption("customer.plan");
  await field(panel("filter"), "value").fill("Pro");
  await panel("filter").locator(".part").filter({ hasText: "What is known" }).getByRole("button", { name: "Filter" }).click();
  await condition('customer.plan = "Pro"').waitFor();
  const pro = await asked('count users where did use in the last 30 days and customer.plan = "Pro"');
  await listed(`Users · ${pro.rows[0][0].toLocaleString("en-GB")}`);
  await table().locator("tbody a").first().click();
  await page.locator('[data-list="customers"]').waitFor();
});

test("the question is changed by typing, and asked elsewhere", async () => {
  await page.goto(`${server.url}/users`);
  await listed("Users · 30,000");
  await question().fill('list users where user.nme = "Ann"');
  await question().press("Escape");
  await question().press("Enter");
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /user\.name/);
  await question().fill('list customers where any user with role champion sort by customer.seats descending limit 7 at 2026-11-01');
  await question().press("Escape");
  await question().press("Enter");
  await listed("Customers · 7");
  await condition("limit 7").waitFor();
  await page.getByRole("link", { name: "Open in Ask" }).click();
  await page.locator('[data-answer="list"]').getByText("7 customers").waitFor();
  await page.goto(`${server.url}/customers?q=${encodeURIComponent("count customers where paying")}`);
  await page.waitForURL(/\/ask\?q=count/);
});

const awkward = [
  [`"quoted" \\ back'slash & <b>bold</b>`, `He said "no" \\ <script>alert(1)</script>`],
  ["emoji/🦔/слово/字", "🦔 Ёж & Söhne 株式会社 (.*)"],
  ["x".repeat(500), "N".repeat(180)],
];

test("ids and names of any kind are shown, searched for and opened", async () => {
  const records = awkward.map(([customerId, name], i) => ({
    type: "customer",
    customerId,
    traits: { name, "Odd `name`": i, plan: `"${i}"`, ...Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`trait ${k}`, `${k}`])) },
    timestamp: "2026-01-01T00:00:00Z",
  }));
  const sent = await server.post("/v1/records", JSON.stringify(records), { authorization: `Bearer ${key}` });
  assert.equal(sent.json?.accepted, records.length, sent.text);
  await server.answered();
  await page.goto(`${server.url}/customers`);
  await listed("Customers · 2,003");
  for (const [id, name] of awkward) {
    for (const part of [name.slice(0, 60), id.slice(0, 60)]) {
      await page.getByLabel("Search").fill("");
      await listed("Customers · 2,003");
      await page.getByLabel("Search").fill(part);
      await listed("Customers · 1");
      assert.deepEqual(await column("name"), [name]);
    }
    await table().locator("tbody a").click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.goBack();
    await listed("Customers · 1");
  }
  await tool("Columns").click();
  for (const name of ["traits.plan", "Odd `name`", "trait 59"]) {
    await panel("columns").getByLabel(name, { exact: true }).check();
    await table().getByRole("button", { name, exact: true }).waitFor();
  }
  await page.getByLabel("Search").fill("");
  await listed("Customers · 2,003");
  await table().getByRole("button", { name: "Change column trait 59" }).click();
  await field(panel("column"), "how").selectOption({ label: "is" });
  await field(panel("column"), "value").fill("59");
  await panel("column").getByRole("button", { name: "Filter" }).click();
  await listed("Customers · 3");
  await picture("awkward");
});

test("on a phone nothing but the table is wider than the page", async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  for (const side of ["customers", "users"]) {
    await page.goto(`${server.url}/${side}`);
    await table().locator("tbody tr").first().waitFor();
    for (const name of ["Filter", "Columns"]) {
      await tool(name).click();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 400, `${side}, ${name}: ${wide}`);
      await picture(`phone-${side}-${name.toLowerCase()}`);
    }
  }
});

test("nothing broke", () => {
  assert.deepEqual(
    problems.filter((text) => !/status of 40[01]/.test(text)),
    [],
  );
});
