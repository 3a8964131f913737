// SPDX-License-Identifier: Apache-2.0
// DuckDB in a process of its own: {"sql", "threads", "limit"} in; rows of texts and times out.
import { DuckDBInstance } from "@duckdb/node-api";
import { serveLines, timed } from "./line_process.js";

const instance = await DuckDBInstance.create(process.argv[2], { memory_limit: "8GB" });
const connection = await instance.connect();
await connection.run("SET TimeZone = 'UTC'");
let threadsNow = 0;

serveLines(async ({ sql, threads = 2, limit = 3600 }) => {
  if (threads !== threadsNow) await connection.run(`SET threads = ${threads}`);
  threadsNow = threads;
  const alarm = setTimeout(() => connection.interrupt(), limit * 1000);
  try {
    const { result, seconds, processors } = await timed(() => connection.runAndReadAll(sql));
    const rows = result.getRows().map((row) => row.map(String));
    return { rows, seconds, processors };
  } finally {
    clearTimeout(alarm);
  }
});
