// SPDX-License-Identifier: Apache-2.0
// Real data of others, whose answers others have published: data/README.md.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { ask, dataFolder, twofold } from "../lib/server.js";

const source = fileURLToPath(new URL("data/stackexchange_events.csv.gz", import.meta.url));
const data = dataFolder({ after });
let rows;

before(async () => {
  const [, ...lines] = gunzipSync(readFileSync(source)).toString().trim().split("\n");
  rows = lines.map((line) => line.trim().split(","));
  const file = join(data, "events.jsonl");
  const record = ([userId, time, event]) =>
    JSON.stringify({ type: "track", userId, event, timestamp: `${time}Z` });
  writeFileSync(file, rows.map((row) => record(row) + "\n").join(""));
  const imported = await twofold("import", file, "--data", data);
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stdout, new RegExp(`${rows.length} accepted, 0 already here, 0 rejected`));
});

const values = async (question) => (await ask(data, question)).rows;
const contribution = '("question" or "answer" or "comment")';

test("the published counts: 2,295 sign-ups, 384 contributors, activation .16732", async () => {
  assert.deepEqual(await values('trend events of "signup", users of "signup" over all time in total'), [
    [2295, 2295],
  ]);
  assert.deepEqual(await values(`count users where did ${contribution}`), [[384]]);
  const shared = await ask(data, `count users where did ${contribution} among users where did "signup"`);
  const names = shared.columns.map((column) => column.name);
  const row = Object.fromEntries(shared.rows[0].map((value, i) => [names[i], value]));
  assert.equal(row.count, 384);
  assert.equal(row.of, 2295);
  assert.equal(row.share.toFixed(5), "0.16732");
});

test("each kind of event is there as often as in the file, rows that are alike too", async () => {
  const counts = {};
  for (const [, , event] of rows) counts[event] = (counts[event] ?? 0) + 1;
  const answered = await values("trend events of anything over all time in total by event.name");
  assert.deepEqual(Object.fromEntries(answered), counts);
});

test("years, and people who came back on another day, as a walk over the file counts them", async () => {
  const byYear = {};
  const days = {};
  for (const [user, time] of rows) {
    (byYear[time.slice(0, 4)] ??= new Set()).add(user);
    (days[user] ??= new Set()).add(time.slice(0, 10));
  }
  const asked = await values("trend users of anything every year over all time in zone \"UTC\"");
  assert.deepEqual(
    asked.filter(([, count]) => count > 0).map(([time, count]) => [time.slice(0, 4), count]),
    Object.entries(byYear).map(([year, users]) => [year, users.size]),
  );
  const returned = Object.values(days).filter((set) => set.size >= 2).length;
  assert.deepEqual(await values('count users where days of anything >= 2 in zone "UTC"'), [[returned]]);
});

test("who came in and then contributed, in the order of the file's times", async () => {
  const joined = {};
  const done = new Set();
  for (const [user, time, event] of rows) if (event === "signup") joined[user] = Date.parse(`${time}Z`);
  for (const [user, time, event] of rows) {
    const after = Date.parse(`${time}Z`) - joined[user];
    if (["question", "answer", "comment"].includes(event) && after >= 0 && after <= 14 * 86_400_000) {
      done.add(user);
    }
  }
  const funnel = await ask(data, `funnel "signup" > ${contribution} within 14 days over all time`);
  const count = funnel.columns.findIndex((column) => column.name === "count");
  assert.deepEqual(
    funnel.rows.map((row) => row[count]),
    [2295, done.size],
  );
});
