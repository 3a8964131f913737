// SPDX-License-Identifier: Apache-2.0
// A program that answers each line of its input with one line of JSON. One request at a time.
import { spawn } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline";

export class LineProcess {
  constructor(command, args) {
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.waiting = [];
    readline.createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.waiting.shift()?.resolve(JSON.parse(line));
    });
    this.ended = new Promise((resolve) => this.child.on("exit", resolve));
    this.ended.then((code) => {
      for (const one of this.waiting) {
        one.reject(new Error(`${command} ${args[0]} ended with ${code}`));
      }
      this.waiting = [];
    });
  }

  // The next line of output, whatever it answers.
  next() {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  async request(line) {
    const answer = this.next();
    this.child.stdin.write(`${line}\n`);
    const reply = await answer;
    if (reply.error) throw new Error(reply.error.message ?? reply.error);
    return reply;
  }

  // Resident bytes: of its own (heap) and of mapped files.
  memory() {
    const status = fs.readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    const bytes = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1]) * 1024;
    return { own: bytes("RssAnon"), mapped: bytes("RssFile") };
  }

  async stop() {
    this.child.stdin.end();
    await this.ended;
  }
}

// The other end: answers the lines that come in with what `answer` returns for each.
export async function serveLines(answer) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let reply;
    try {
      reply = await answer(JSON.parse(line));
    } catch (error) {
      reply = { error: error.message };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}

// What it took, in seconds: on the clock, and of all processors of this process.
export async function timed(work) {
  const processors = process.cpuUsage();
  const start = process.hrtime.bigint();
  const result = await work();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const used = process.cpuUsage(processors);
  return { result, seconds, processors: (used.user + used.system) / 1e6 };
}
