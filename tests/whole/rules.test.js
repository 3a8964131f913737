// SPDX-License-Identifier: Apache-2.0
// Rules that join users to customers, and self customers: looked at, turned on, asked, taken back,
// over restarts.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask, dataFolder, secretKey, Server, twofold } from "../lib/server.js";

const day = (number) => `2026-02-0${number}T09:00:00.000Z`;
const records = [
  { type: "customer", customerId: "acme", traits: { domain: "acme.com" }, timestamp: day(1) },
  { type: "customer", customerId: "beta", keys: { stripe: "cus_1" }, timestamp: day(1) },
  { type: "identify", userId: "ana", traits: { email: "ana@acme.com", email_verified: true }, timestamp: day(3) },
  { type: "identify", userId: "bo", traits: { email: "bo@acme.com" }, timestamp: day(3) },
  { type: "identify", userId: "cy", traits: { email: "cy@gmail.com", email_verified: true, payer: "stripe:cus_1" }, timestamp: day(3) },
  ...["ana", "bo", "cy"].map((userId) => ({ type: "track", userId, event: "A", timestamp: day(2) })),
];

const questions = [
  'trend events of "A" by customer from 2026-02-01 to 2026-02-05 in total',
  "list relations show relation.role, relation.source, relation.since",
  "list customers",
  "count users where customer.id = \"acme\"",
];

async function folder(t) {
  const data = dataFolder(t);
  const file = join(data, "records.jsonl");
  writeFileSync(file, records.map((record) => JSON.stringify(record)).join("\n") + "\n");
  const done = await twofold("import", file, "--data", data);
  assert.equal(done.code, 0, done.stderr);
  await twofold("project", "now", "2026-03-01", "--data", data);
  return data;
}

async function rowsOf(data) {
  const all = [];
  for (const question of questions) all.push((await ask(data, question)).rows);
  return all;
}

test("a rule is looked at, turned on and taken back by the command line", async (t) => {
  const data = await folder(t);
  const before = await rowsOf(data);
  assert.deepEqual(before[0], [["(none)", 3]]);

  const add = ["rule", "add", "mail", "--by", "email-domain", "--data", data];
  const preview = await twofold(...add, "--preview");
  assert.equal(preview.code, 0, preview.stderr);
  assert.match(preview.stdout, /^1 users to 1 customers, 1 relations; 0 pairs are related anyway/);
  assert.match(preview.stdout, /ana +acme +acme\.com/);
  assert.deepEqual(await rowsOf(data), before, "a look changes nothing");

  assert.equal((await twofold(...add)).code, 0);
  const company = await twofold("rule", "add", "payer", "--by", "trait", "--trait", "payer", "--data", data);
  assert.match(company.stdout, /cy +beta +stripe:cus_1/);
  const joined = await rowsOf(data);
  assert.deepEqual(joined[0], [["(none)", 1], ["acme", 1], ["beta", 1]]);
  assert.deepEqual(joined[1].map((row) => [row[0], row[1], row[2], row[3]]), [
    ["ana", "acme", "user", "rule:mail"],
    ["cy", "beta", "user", "rule:payer"],
  ]);
  assert.deepEqual(await rowsOf(data), joined, "each command opens the folder anew");

  const again = await twofold(...add);
  assert.notEqual(again.code, 0);
  assert.match(again.stderr, /there is a rule "mail" already/);
  const wrong = await twofold("rule", "add", "x", "--by", "trait", "--data", data);
  assert.match(wrong.stderr, /which trait of the user/);

  for (const name of ["mail", "payer"]) {
    assert.equal((await twofold("rule", "remove", name, "--data", data)).code, 0);
  }
  assert.deepEqual(await rowsOf(data), before);
  assert.match((await twofold("rule", "remove", "mail", "--data", data)).stderr, /there is no rule "mail"/);
});

test("a server takes rules, marks what they made, and forgets it with them", async (t) => {
  const data = await folder(t);
  const key = await secretKey(data);
  let server = await Server.serve(t, data);
  const call = async (method, path, body) => {
    const response = await fetch(server.url + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: response.status, json: await response.json() };
  };
  const rows = async (question) => (await server.ask(key, question)).json.rows.sort();
  const events = questions[0];

  const rule = { name: "mail", by: "email-domain", unverified: true };
  const preview = await call("POST", "/v1/rules", { ...rule, preview: true });
  assert.equal(preview.status, 200);
  assert.equal(preview.json.relations, 2);
  assert.deepEqual(preview.json.pairs[0], { user: "ana", customer: "acme", evidence: "acme.com" });
  assert.deepEqual((await call("GET", "/v1/rules")).json, { rules: [] });
  assert.deepEqual(await rows(events), [["(none)", 3]]);

  assert.equal((await call("POST", "/v1/rules", rule)).status, 200);
  assert.deepEqual(await rows(events), [["(none)", 1], ["acme", 2]]);
  const listed = (await call("GET", "/v1/rules")).json.rules;
  assert.deepEqual(listed, [
    { name: "mail", by: "email-domain", role: "user", user_trait: "email", customer_trait: "domain", unverified: true, relations: 2 },
  ]);
  const customer = (await call("GET", "/v1/customers/acme")).json;
  assert.equal(customer.users[0].relations[0].source, "rule:mail");

  // Who comes later is joined too, and after a kill it is as before.
  const late = [
    { type: "identify", userId: "dee", traits: { email: "dee@acme.com" }, timestamp: day(4) },
    { type: "track", userId: "dee", event: "A", timestamp: day(4) },
  ];
  await server.post("/v1/records", JSON.stringify(late), { authorization: `Bearer ${key}` });
  await server.answered();
  assert.deepEqual(await rows(events), [["(none)", 1], ["acme", 3]]);
  await server.kill();
  server = await Server.serve(t, data);
  assert.deepEqual(await rows(events), [["(none)", 1], ["acme", 3]]);

  assert.equal((await call("DELETE", "/v1/rules/mail")).status, 200);
  assert.deepEqual(await rows(events), [["(none)", 4]]);
  assert.equal((await call("DELETE", "/v1/rules/mail")).status, 404);
  assert.equal((await call("POST", "/v1/rules", { name: "x", by: "guess" })).status, 400);
  assert.equal((await fetch(`${server.url}/v1/rules`)).status, 401);
});

test("self customers come and go with the setting", async (t) => {
  const data = await folder(t);
  const before = await rowsOf(data);
  const on = await twofold("project", "self-customers", "on", "--data", data);
  assert.match(on.stdout, /self-customers +on/);
  const all = await rowsOf(data);
  assert.deepEqual(all[0], [["ana", 1], ["bo", 1], ["cy", 1]]);
  assert.deepEqual(all[1].map((row) => row[3]), ["self", "self", "self"]);
  await twofold("project", "self-customers", "off", "--data", data);
  assert.deepEqual(await rowsOf(data), before);
  assert.match((await twofold("project", "self-customers", "perhaps", "--data", data)).stderr, /on or off/);
});
