// SPDX-License-Identifier: Apache-2.0
// ClickHouse in a process of its own: {"sql", "threads", "settings"} in; rows of texts and times
// out.
import { Session } from "chdb";
import { serveLines, timed } from "./line_process.js";

const session = new Session(process.argv[2]);

// Rows as texts; nothing the bench asks for has a tab or a line break in it.
function rowsOf(text) {
  return text.split("\n").filter(Boolean).map((line) => line.split("\t"));
}

serveLines(async ({ sql, threads, settings = {} }) => {
  const all = threads ? { max_threads: threads, ...settings } : settings;
  const list = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
  const whole = list.length ? `${sql} SETTINGS ${list.join(", ")}` : sql;
  const { result, seconds, processors } = await timed(() => session.query(whole, "TSV"));
  return { rows: rowsOf(String(result ?? "")), seconds, processors };
});
