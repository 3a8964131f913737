// SPDX-License-Identifier: Apache-2.0
// A rule is looked at, turned on, seen on the pages, removed and given back, by clicking.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser } from "../lib/browser.js";
import { secretKey, Server, twofold } from "../lib/server.js";

let folder;
let server;
let key;
let browser;
let page;
let problems;
const cleanups = [];
const time = "2026-01-02T09:00:00Z";

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "twofold-rules-"));
  const data = join(folder, "data");
  const made = await twofold("project", "now", "2026-07-01", "--data", data);
  assert.equal(made.code, 0, made.stderr);
  server = await Server.serve({ after: (undo) => cleanups.push(undo) }, data);
  key = await secretKey(data);
  await new Promise((next) => setTimeout(next, 1_200));
  const records = [
    { type: "customer", customerId: "acme", traits: { name: "Acme", domain: "acme.com" }, timestamp: time },
    { type: "identify", userId: "ann", traits: { name: "Ann", email: "ann@acme.com", email_verified: true }, timestamp: time },
    { type: "track", userId: "ann", event: "A", timestamp: "2026-03-10T09:00:00Z" },
  ];
  const sent = await server.post("/v1/records", JSON.stringify(records), { authorization: `Bearer ${key}` });
  assert.equal(sent.json?.accepted, records.length, sent.text);
  await server.answered();
  ({ browser, page, problems } = await openBrowser(folder, server));
  await page.goto(server.signInLink);
  await page.getByRole("link", { name: "Rules", exact: true }).click();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  for (const undo of cleanups) undo();
  rmSync(folder, { recursive: true, force: true });
});

const usersOfAcme = async () => (await server.ask(key, 'count users where customer.id = "acme"')).json.rows[0][0];
const button = (name) => page.getByRole("button", { name, exact: true });

test("a rule is looked at, and turned on", async () => {
  await page.getByLabel("Name").fill("mail");
  await button("Look whom it joins").click();
  await page.getByText("1 relations: 1 users to 1 customers.").waitFor();
  await page.getByRole("cell", { name: "acme.com" }).waitFor();
  assert.equal(await usersOfAcme(), 0, "a look joins nobody");
  await page.getByLabel("unverified addresses too").check();
  await button("Turn it on").waitFor({ state: "detached" });
  await button("Look whom it joins").click();
  await button("Turn it on").click();
  await button("Remove").waitFor();
  assert.equal(await usersOfAcme(), 1);
});

test("the pages say that the rule made the relation", async () => {
  await page.goto(`${server.url}/customers/acme`);
  await page.getByText("the rule mail").waitFor();
  await page.goto(`${server.url}/users/ann`);
  await page.getByText("the rule mail").waitFor();
});

test("a rule that is removed can be given back", async () => {
  await page.goto(`${server.url}/rules`);
  await button("Remove").click();
  await page.getByText("The rule mail is gone").waitFor();
  assert.equal(await usersOfAcme(), 0);
  await button("Undo").click();
  await button("Remove").waitFor();
  assert.equal(await usersOfAcme(), 1);
  assert.deepEqual(problems, []);
});
