// SPDX-License-Identifier: Apache-2.0
// The truths of docs/demo.md, asked of the real binary: of a folder and of a running server, as JSON
// and as CSV. What is planted is the generator's to say (`demo --truths`), not the engine's.
import assert from "node:assert/strict";
import { execSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { ask, binary, dataFolder, root, secretKey, Server, twofold } from "../lib/server.js";

const folder = dataFolder({ after });
const data = join(folder, "twofold-data", "demo");  // as `make demo` has it
const options = ["--until", "2026-06-15", "--events", "400000"];
const file = (name) => join(folder, name);
const cleanups = [];
let truths;
let key;
let server;

before(async () => {
  const made = await twofold("demo", "--data", data, ...options, "--no-serve");
  assert.equal(made.code, 0, made.stderr);
  const written = await twofold("demo", ...options, "--truths", file("truths.json"), "--late-relations", file("late.jsonl"));
  assert.equal(written.code, 0, written.stderr);
  truths = JSON.parse(readFileSync(file("truths.json"), "utf8"));
  key = await secretKey(data);
});
after(async () => {
  await server?.stop();
  for (const undo of cleanups) undo();
});

const silent = "paying and no user did anything in the last 30 days";
const unused = "paying and no user did use in the last 30 days";
const ghosts = "customer.seats >= 50 and users of use in the last 30 days < 0.2 * customer.seats";
const active = "users of use in the last 30 days";
const left = 'relation.ended[role = "champion"]';
const unled = `paying and did ${left} in the last 60 days and no user with role champion`;
const busy =
  'customer.status = "free" and at least 10 users did use in the last 30 days and did "Limit Reached" at least 3 times in the last 30 days';

/** Question, heading of the CSV, rows as in the CSV. */
const asked = [
  // The world at D.
  ["count customers by customer.status", "customer.status,count", ["paying,812", "free,704", "past,388", "trial,96"]],
  ["count customers", "count", ["2000"]],
  ["count customers, sum(customer.mrr), sum(customer.seats) where paying", "count,sum(customer.mrr),sum(customer.seats)", ["812,480400.00,24600"]],
  ["count users", "count", ["30000"]],
  ["count users where role is buyer and did not anything", "count", ["540"]],
  ["count users where user.customers >= 2", "count", ["412"]],
  ["count users where role is guest", "count", ["1900"]],
  ["trend events of anything over all time in total", "value", ["400000"]],
  // Truth 1, 2, 8, 11.
  [`count customers, sum(customer.mrr) where ${silent}`, "count,sum(customer.mrr)", ["37,14820.00"]],
  [`count customers, sum(customer.mrr) where ${unused}`, "count,sum(customer.mrr)", ["43,16905.00"]],
  [`count customers, sum(customer.seats), sum(customer.mrr), sum(${active}) where ${ghosts}`, `count,sum(customer.seats),sum(customer.mrr),sum(${active})`, ["14,1960,38220.00,294"]],
  ["count users where did use in the last 30 days", "count", ["18944"]],
  [`count customers, sum(${active})`, `count,sum(${active})`, ["2000,19371"]],
  [`count customers, sum(${active}) where paying`, `count,sum(${active})`, ["812,17220"]],
  // Truth 3: those at D, and those whose champion stayed.
  [`count customers, sum(customer.mrr) where ${unled}`, "count,sum(customer.mrr)", ["11,9430.00"]],
  [`count customers where ${unled} and no user did anything in the last 30 days`, "count", ["4"]],
  ["count customers where any user with role champion", "count", ["600"]],
  ["count customers where any user with role champion and did money.churned", "count", ["54"]],
  // Truth 9, at D.
  [`count customers where ${busy}`, "count", ["23"]],
  // Truth 6, as far as it can be asked.
  ['count users where did "Emoji Reacted" in the last 30 days', "count", ["11745"]],
  ['count users where did "Report Exported" in the last 30 days', "count", ["1705"]],
];

/** The CSV's rows as the JSON has them: numbers are numbers, texts texts. */
const asJson = (line) => line.split(",").map((cell) => (/^[\d.]+$/.test(cell) ? Number(cell) : cell));
const planted = (list) => list.map((one) => [one.id, one.name, one.mrr_minor / 100]).sort();
const named = (where) => `list customers where ${where} show customer.name, customer.mrr`;

test("the folder gives the planted numbers, as JSON and as CSV", async () => {
  for (const [question, heading, rows] of asked.slice(8, 13)) {
    assert.deepEqual((await ask(data, question)).rows, rows.map(asJson), question);
    const csv = await twofold("ask", question, "--data", data, "--format", "csv");
    assert.equal(csv.stdout.replaceAll("\r", ""), [heading, ...rows, ""].join("\n"), question);
  }
});

test("the lists of the folder hold exactly the planted customers", async () => {
  const rowsOf = async (where) => (await ask(data, named(where))).rows.sort();
  assert.equal(truths.silent.length, 37);
  assert.deepEqual(await rowsOf(silent), planted(truths.silent));
  assert.deepEqual(await rowsOf(unused), planted([...truths.silent, ...truths.automatic_only]));
  assert.deepEqual(await rowsOf(ghosts), planted(truths.ghost_seats));
  assert.ok(truths.silent_but_busy.every((one) => truths.silent.some((other) => other.id === one.id)));
});

test("README.md's question to the demo finds them as it stands", () => {
  const [line] = readFileSync(join(root, "README.md"), "utf8").match(/^build\S+ ask --data twofold-data\/demo .*$/m);
  const shell = line.replace("build/release/bin/twofold", binary);
  const printed = execSync(shell, { cwd: folder, encoding: "utf8" });
  for (const one of truths.silent) assert.ok(printed.includes(one.id), one.id);
});

test("a running server gives the same numbers over HTTP, as JSON and as CSV", async () => {
  server = await Server.serve({ after: (undo) => cleanups.push(undo) }, data);
  for (const [question, heading, rows] of asked) {
    const answer = await server.ask(key, question);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json.rows, rows.map(asJson), question);
    const csv = await server.ask(key, question, {}, "text/csv");
    assert.match(csv.headers.get("content-type"), /^text\/csv/);
    assert.equal(csv.text.replaceAll("\r", "").trimEnd(), [heading, ...rows].join("\n"), question);
  }
  const listed = await server.ask(key, named(silent));
  assert.deepEqual(listed.json.rows.sort(), planted(truths.silent));
  for (const [where, those] of [[unused, [...truths.silent, ...truths.automatic_only]], [unled, truths.champion_gone], [ghosts, truths.ghost_seats], [busy, truths.free_and_busy]]) {
    assert.deepEqual((await server.ask(key, named(where))).json.rows.sort(), planted(those), where);
  }
});

test("champions leave, then the contract; and some take us along", async () => {
  const counts = async (question) => (await server.ask(key, question)).json.rows.map((row) => row[2]);
  // Months 2 to 9 of the year.
  const months = "from 2025-07-17 to 2026-03-15";
  assert.deepEqual(await counts(`funnel ${left} > money.churned within 90 days for customers entries only ${months}`), [48, 30]);
  assert.deepEqual(await counts(`funnel ${left} > relation.started > money.started within 180 days over all time`), [70, 19, 12]);
});

test("every question of README.md and docs/demo.md is answered", async () => {
  const typed = readFileSync(join(root, "README.md"), "utf8").match(/^(trend|count|list|funnel) .*$/gm);
  const blocks = [...readFileSync(join(root, "docs/demo.md"), "utf8").matchAll(/^```ask\n(.*?)^```$/gms)];
  const inTable = [...readFileSync(join(root, "docs/demo.md"), "utf8").matchAll(/\| `(.*?)` \|$/gm)];
  const all = [...typed, ...blocks.flatMap((block) => block[1].trim().split("\n")), ...inTable.map((cell) => cell[1])];
  assert.ok(typed.length >= 4 && blocks.length >= 8 && inTable.length >= 6, "they are where they were");
  for (const question of all) {
    const { status, json, text } = await server.ask(key, question);
    assert.equal(status, 200, `${question}: ${text}`);
    assert.notEqual(json.rows.at(-1).at(-1), 0, `${question} finds somebody`);
  }
});

test("every number opens to those behind it", async () => {
  const opened = await server.ask(key, `count customers, sum(customer.mrr) where ${silent}`, { open: {} });
  assert.equal(opened.status, 200, opened.text);
  assert.deepEqual(
    opened.json.rows.map((row) => row[0]).sort(),
    truths.silent.map((one) => one.id).sort(),
  );
});

test("the column of active users is that of the people, counted in each of their customers", async () => {
  const listed = await server.ask(key, `list customers show ${active} as active`);
  const total = listed.json.rows.reduce((sum, row) => sum + row[1], 0);
  assert.equal(total, 19371);
  assert.equal(listed.json.rows.length, 2000);
  const byId = new Map(listed.json.rows);
  for (const one of truths.ghost_seats) assert.equal(byId.get(one.id), one.active, one.id);
  for (const one of truths.silent) assert.equal(byId.get(one.id), 0, one.id);
});

/** What the past says, before and after truth 12's relations are loaded. */
async function past() {
  const count = async (question) => (await server.ask(key, question)).json.rows;
  const weeks = await count("trend customers of use every week over the last 20 weeks");
  const listed = await count(named(silent));
  return {
    week: weeks.find(([time]) => time.startsWith("2026-03-02"))[1],
    silent: listed.map((row) => row[0]).sort(),
    events: (await count("trend events of anything over all time in total"))[0][0],
  };
}
const load = (name, ...more) => twofold("import", ...more, file(name), "--url", server.url, "--key", key);

test("dated relations loaded after the fact change the past, and no event is sent again", async () => {
  const before = await past();
  assert.deepEqual([before.week, before.silent.length, before.events], [731, 37, 400_000]);

  const lines = readFileSync(file("late.jsonl"), "utf8").trim().split("\n");
  assert.equal(lines.length, 310);
  assert.ok(lines.every((line) => JSON.parse(line).type === "relation"));
  assert.match((await load("late.jsonl")).stdout, /: 310 accepted, 0 already here, 0 rejected/);
  const after = await past();
  assert.deepEqual([after.week, after.silent.length, after.events], [744, 34, 400_000]);
  const woken = truths.repaired.map((one) => one.id).sort();
  assert.deepEqual(after.silent, before.silent.filter((id) => !woken.includes(id)));

  assert.match((await load("late.jsonl")).stdout, /: 0 accepted, 310 already here, 0 rejected/);
  copyFileSync(file("late.jsonl"), file("renamed.jsonl"));
  assert.match((await load("renamed.jsonl")).stdout, /: 0 accepted, 310 already here, 0 rejected/);
  assert.deepEqual(await past(), after, "the same content under whatever name changes nothing");

  writeFileSync(file("packed.jsonl.gz"), gzipSync(readFileSync(file("late.jsonl"))));
  assert.match((await load("packed.jsonl.gz")).stdout, /: 310 accepted, 0 already here, 0 rejected/);
  assert.deepEqual(await past(), after, "the same relations from another file replace themselves");

  const removed = lines.map((line) => JSON.stringify({ ...JSON.parse(line), removed: true }) + "\n");
  writeFileSync(file("removed.jsonl"), removed.join(""));
  assert.match((await load("removed.jsonl")).stdout, /: 310 accepted/);
  assert.deepEqual(await past(), before, "and removed, the past is as it was");

  // The same list as a table; its rows are other records under another map.
  const written = await twofold("demo", ...options, "--late-relations", file("late.csv"));
  assert.equal(written.code, 0, written.stderr);
  const map = "relation userId=user customerId=customer role=role from=from until=until";
  const loadTable = (...more) => load("late.csv", "--from", "csv", "--map", [map, ...more].join(" "));
  assert.match((await load("late.csv", "--from", "csv", "--map", map, "--dry-run")).stdout, /would take 310, 0 already here, would reject 0/);
  assert.deepEqual(await past(), before, "a dry run changes nothing");
  assert.match((await loadTable()).stdout, /: 310 accepted, 0 already here, 0 rejected/);
  assert.deepEqual(await past(), after);
  assert.match((await loadTable()).stdout, /: 0 accepted, 310 already here, 0 rejected/);
  assert.deepEqual(await past(), after);
  assert.match((await loadTable("removed=const:true")).stdout, /: 310 accepted, 0 already here, 0 rejected/);
  assert.deepEqual(await past(), before);
});

test("what was loaded is there after a restart, and files are still known", async () => {
  await load("packed.jsonl.gz"); // removed since, and known: stays removed
  assert.equal((await past()).silent.length, 37);
  await server.stop();
  server = await Server.serve({ after: (undo) => cleanups.push(undo) }, data);
  assert.match((await load("renamed.jsonl")).stdout, /: 0 accepted, 310 already here/);
  assert.equal((await past()).silent.length, 37);
});
