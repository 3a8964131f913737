// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import test from "node:test";
import { difference } from "./answers.js";
import { questions, reached } from "./questions.js";

test("a level counts for every step up to it", () => {
  const rows = [["NO", "1", "5"], ["NO", "3", "2"], ["SE", "2", "4"]];
  assert.deepEqual(reached(rows, 3).sort(), [
    ["1", "NO", "7"], ["1", "SE", "4"], ["2", "NO", "2"], ["2", "SE", "4"], ["3", "NO", "2"],
  ]);
});

test("a difference names the first row that differs", () => {
  assert.equal(difference(["a", "b"], ["a", "b"]), null);
  assert.match(difference(["a", "b"], ["a", "c"]), /"b" and "c"/);
  assert.match(difference(["a"], ["a", "b"]), /1 rows and 2.*"" and "b"/);
});

test("every question has a plan for each peer and columns to compare", () => {
  for (const question of questions) {
    assert.ok(question.columns.length > 0, question.what);
    for (const peer of ["clickhouse", "duckdb"]) {
      const plans = Object.values(question[peer].plans);
      assert.ok(plans.length > 0 && plans.every(({ sql }) => /SELECT/.test(sql)), question.what);
    }
  }
});
