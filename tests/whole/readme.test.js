// SPDX-License-Identifier: Apache-2.0
// README.md, followed to the letter: what it tells a newcomer to type does what it says.
import assert from "node:assert/strict";
import { exec } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { binary, dataFolder, root, Server, twofold } from "../lib/server.js";

const typed = readFileSync(join(root, "README.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("build/release/bin/twofold "))
  .map((line) => line.replace(/\s+#.*$/, ""));
const command = (pattern) => {
  const found = typed.filter((line) => pattern.test(line));
  assert.equal(found.length, 1, `one command like ${pattern}`);
  return found[0].replace("build/release/bin/twofold", binary);
};

test("serve, import, ask, and all of it beside a server, as README.md says", async (t) => {
  const cwd = dataFolder(t);
  const type = (line) => promisify(exec)(line, { cwd });
  const [, records] = /^```\n(\{"type".*?)^```$/ms.exec(readFileSync(join(root, "docs/records.md"), "utf8"));
  writeFileSync(join(cwd, "events.jsonl.gz"), gzipSync(records));
  const count = records.trim().split("\n").length;

  const imported = await type(command(/ import events/));
  assert.match(imported.stdout, new RegExp(`: ${count} accepted, 0 already here, 0 rejected`));
  const asked = await type(command(/ ask 'count customers/));
  assert.match(asked.stdout, /^count\n-----\n {4}1\n/, "acme pays, and nobody used it since March");

  assert.match(command(/ serve$/), /serve$/);
  const server = await Server.serve(t, join(cwd, "twofold-data"));
  assert.match(server.signInLink, /\/sign-in#\w{64}$/);
  assert.match(server.writeKey, /^tfw_/);
  const beside = await twofold("ask", "count users", "--data", join(cwd, "twofold-data"));
  assert.equal(beside.code, 5);
  assert.match(beside.stderr, /in use.*\n.*--url/, "and says how to go through it");

  const key = (await type(command(/ key create/))).stdout.trim();
  assert.match(key, /^tfs_/);
  const through = command(/--url/).replace("http://127.0.0.1:8080", server.url).replace("tfs_…", key);
  await new Promise((next) => setTimeout(next, 1000)); // a server knows a new key within a second
  assert.match((await type(through)).stdout, /^count\n-----\n {4}1\n/);
  const without = await twofold("ask", "count users", "--url", server.url);
  assert.equal(without.code, 2);
  assert.match(without.stderr, /--url needs --key/);
});

test("a command that cannot work says why, and makes nothing", async (t) => {
  const folder = join(dataFolder(t), "mistyped");
  for (const [args, code, words] of [
    [["ask", "count users"], 3, /no project here yet/],
    [["ask", "cuont users"], 2, /did you mean count\?.*line 1, column 1/],
    [["key", "list"], 3, /no keys here yet/],
    [["key", "link"], 3, /no keys here yet/],
    [["export", "-"], 3, /no project here yet/],
    [["import", "missing.jsonl"], 3, /cannot read this file: missing\.jsonl/],
  ]) {
    const result = await twofold(...args, "--data", folder);
    assert.equal(result.code, code, `${args}: ${result.stderr}`);
    assert.match(result.stderr, words);
    assert.equal(result.stdout, "");
    assert.throws(() => readFileSync(folder), { code: "ENOENT" }, `${args} made ${folder}`);
  }
  assert.equal((await twofold("frobnicate")).code, 2);
});
