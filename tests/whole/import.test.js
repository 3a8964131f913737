// SPDX-License-Identifier: Apache-2.0
// A file whose import is cut off by kill -9, at either end, counts once when it is imported again.
import assert from "node:assert/strict";
import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask, dataFolder, secretKey, Server, start, twofold } from "../lib/server.js";

const lineCount = 120_000;

/** Lines that only their place tells apart: no messageId, many that are equal to one another. */
function manyLines(folder) {
  const file = join(folder, "events.jsonl");
  const lines = [];
  for (let i = 0; i < lineCount; ++i) {
    const properties = { n: i % 10, note: "the same again ".repeat(8) };
    const time = new Date(Date.UTC(2026, 0, 1) + (i % 1000) * 60_000).toISOString();
    lines.push(JSON.stringify({ type: "track", userId: `u${i % 500}`, event: "Done", timestamp: time, properties }));
  }
  writeFileSync(file, lines.join("\n") + "\n");
  return file;
}

const sum = (lineCount / 10) * 45;
const questions = ["trend events of anything, sum(event.n) of \"Done\" over all time in total"];

function logBytes(data) {
  const log = join(data, "projects", "main", "log");
  if (!existsSync(log)) return 0;
  return readdirSync(log).reduce((bytes, name) => bytes + statSync(join(log, name)).size, 0);
}

async function until(condition) {
  const end = Date.now() + 60_000;
  while (!condition()) {
    assert.ok(Date.now() < end, "waited for a minute");
    await new Promise((next) => setTimeout(next, 1));
  }
}

const counts = (text) => /: (\d+) accepted, (\d+) already here, (\d+) rejected/.exec(text).slice(1).map(Number);

test("an import into a folder that is killed twice counts every line once", async (t) => {
  const data = dataFolder(t);
  const file = manyLines(data);
  for (const bytes of [1_000_000, 4_000_000]) {
    const { process, ended } = start("import", file, "--data", data);
    await until(() => logBytes(data) > bytes);
    process.kill("SIGKILL");
    assert.deepEqual(await ended, [null, "SIGKILL"], "it was killed before it was done");
  }
  const [before] = (await ask(data, questions[0])).rows;
  assert.ok(before[0] > 0 && before[0] < lineCount, `killed in the middle, at ${before[0]}`);

  const again = await twofold("import", file, "--data", data);
  assert.deepEqual(counts(again.stdout), [lineCount - before[0], before[0], 0]);
  assert.deepEqual((await ask(data, questions[0])).rows, [[lineCount, sum]]);
  const third = await twofold("import", file, "--data", data);
  assert.deepEqual(counts(third.stdout), [0, lineCount, 0]);
  assert.deepEqual((await ask(data, questions[0])).rows, [[lineCount, sum]]);
});

test("an import through a server that is killed counts every line once", async (t) => {
  const data = dataFolder(t);
  const file = manyLines(data);
  const key = await secretKey(data);
  let server = await Server.serve(t, data);
  const { ended } = start("import", file, "--url", server.url, "--key", key);
  await until(() => logBytes(data) > 3_000_000);
  await server.kill();
  assert.equal((await ended)[0], 7, "the import says that the server cannot be reached");

  server = await Server.serve(t, data);
  const before = (await server.ask(key, questions[0])).json.rows[0];
  assert.ok(before[0] > 0 && before[0] < lineCount, `killed in the middle, at ${before[0]}`);
  const again = await twofold("import", file, "--url", `${server.url}/`, "--key", key);
  assert.deepEqual(counts(again.stdout), [lineCount - before[0], before[0], 0]);
  assert.deepEqual((await server.ask(key, questions[0])).json.rows, [[lineCount, sum]]);

  // A file that has grown is another file: its first lines are known by nothing but their content.
  appendFileSync(file, '{"type":"track","userId":"u1","event":"Done","properties":{"n":1}}\n');
  const grown = await twofold("import", file, "--url", server.url, "--key", key);
  assert.deepEqual(counts(grown.stdout), [lineCount + 1, 0, 0]);
});

test("a file with bad lines takes in the good ones, and says which were bad and where", async (t) => {
  const data = dataFolder(t);
  const file = join(data, "mixed.jsonl");
  const good = '{"type":"track","userId":"u","event":"Good"}';
  writeFileSync(file, [good, "not json", "", good, '{"type":"track","event":"Bad"}', good].join("\n"));
  const imported = await twofold("import", file, "--data", data);
  assert.equal(imported.code, 2);
  assert.deepEqual(counts(imported.stdout), [3, 0, 2]);
  assert.match(imported.stdout, /malformed_json: 1\n {2}missing_id: 1\n {2}line 2: .*\n {2}line 5: /);
  assert.match(imported.stderr, /2 lines were rejected; all others are in/);
  assert.deepEqual((await ask(data, "trend events of anything over all time in total")).rows, [[3]]);
});
