// SPDX-License-Identifier: Apache-2.0
// Asks a question of an engine and brings its answer into rows of texts that can be compared.

export class Twofold {
  name = "Twofold";
  constructor(process) { this.process = process; }

  async ask(question, threads) {
    const { answer, seconds, processors } = await this.process
      .request(`ask ${threads} ${question.ask}`)
      .catch((error) => { throw new Error(`${question.ask}: ${error.message}`); });
    const places = question.columns.map((wanted) =>
      answer.columns.findIndex((column) => column.name === wanted));
    if (places.includes(-1)) {
      const names = answer.columns.map((column) => column.name);
      throw new Error(`${question.ask}: no ${question.columns} in ${names}`);
    }
    const rows = answer.rows.map((row) => places.map((place) => String(row[place])));
    return { rows: sorted(question.normal(rows, "twofold")), seconds, processors };
  }
}

// What takes longer is named and not waited for.
export const limitSeconds = 60;

export function isOverLimit(error) {
  return /Interrupted|TIMEOUT_EXCEEDED/.test(error.message);
}

export class Peer {
  constructor(name, key, process) { Object.assign(this, { name, key, process }); }

  plans(question) { return Object.keys(question[this.key].plans); }

  async ask(question, threads, plan) {
    const { sql, settings = {} } = question[this.key].plans[plan];
    const limits = this.key === "clickhouse" ? { max_execution_time: limitSeconds } : {};
    const { rows, seconds, processors } = await this.process.request(JSON.stringify({
      sql,
      threads,
      limit: limitSeconds,
      settings: { ...settings, ...limits },
    }));
    return { rows: sorted(question[this.key].normal(rows, this.key)), seconds, processors };
  }
}

function sorted(rows) {
  return rows.map((row) => row.join("\t")).sort();
}

// Nothing, or what is different.
export function difference(ours, theirs) {
  const at = ours.findIndex((row, i) => row !== theirs[i]);
  if (at === -1 && ours.length === theirs.length) return null;
  const place = at === -1 ? ours.length : at;
  return `${ours.length} rows and ${theirs.length}; the first that differ: "${
    ours[place] ?? ""}" and "${theirs[place] ?? ""}"`;
}
