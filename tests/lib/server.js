// SPDX-License-Identifier: Apache-2.0
// The real binary, started and killed as a test likes, on 127.0.0.1 alone.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = process.env.TWOFOLD_BINARY ?? join(root, "build/release/bin/twofold");
const run = promisify(execFile);

/** A data folder of its own, gone after the test. */
export function dataFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "twofold-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a subcommand; gives { code, stdout, stderr } and never throws. */
export async function twofold(...args) {
  try {
    return { code: 0, ...(await run(binary, args, { maxBuffer: 1 << 28 })) };
  } catch (error) {
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

/** A new secret key of the folder, of which a running server knows within a second. */
export async function secretKey(data) {
  const made = await twofold("key", "create", "--kind", "secret", "--name", "test", "--data", data);
  if (made.code !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

/** Asks a folder that no server has open; the answer as JSON. Throws with the server's words. */
export async function ask(data, question, ...options) {
  const result = await twofold("ask", question, "--data", data, "--format", "json", ...options);
  if (result.code !== 0) throw new Error(`${question}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** A process that a test kills: { process, ended } of a subcommand. */
export function start(...args) {
  const process = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  process.stdout.resume();
  process.stderr.resume();
  return { process, ended: once(process, "exit") };
}

export class Server {
  #process;
  #output = "";
  port;
  writeKey;
  signInLink;

  /** Starts it and waits until it serves. `args` are those of the subcommand. */
  static async start(t, args) {
    const server = new Server();
    server.#process = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => server.#process.kill("SIGKILL"));
    server.#process.stderr.on("data", (bytes) => (server.#output += bytes));
    await new Promise((started, failed) => {
      server.#process.on("exit", (code) => failed(new Error(`exited with ${code}: ${server.#output}`)));
      server.#process.stdout.on("data", (bytes) => {
        server.#output += bytes;
        if (/Stop with Ctrl-C/.test(server.#output)) started();
      });
    });
    const found = /http:\/\/127\.0\.0\.1:(\d+)\/sign-in#(\w+)/.exec(server.#output);
    server.port = Number(found[1]);
    server.signInLink = found[0];
    server.writeKey = /write key\s+(\w+)/.exec(server.#output)[1];
    return server;
  }

  static serve(t, data, port = 0) {
    return Server.start(t, ["serve", "--data", data, "--port", String(port)]);
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** POSTs to a path; gives { status, headers, text } and `json` where it is some. */
  async post(path, body, headers = {}) {
    const response = await fetch(this.url + path, { method: "POST", body, headers });
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    const json = type.startsWith("application/json") ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  }

  /** Asks with a secret key; `options` are members of the request beside the question. */
  ask(key, question, options = {}, accept = "application/json") {
    return this.post("/v1/ask", JSON.stringify({ ask: question, ...options }), {
      authorization: `Bearer ${key}`,
      accept,
    });
  }

  /** Waits until questions see what was taken so far (docs/limits.md). */
  async answered() {
    const health = async () => (await fetch(`${this.url}/health`)).json();
    const { durable } = await health();
    while ((await health()).position < durable) await new Promise((next) => setTimeout(next, 20));
  }

  async #end(signal) {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill(signal);
    await exited;
  }

  /** As a power switch would, but for what the operating system still holds. */
  kill() {
    return this.#end("SIGKILL");
  }
  stop() {
    return this.#end("SIGTERM");
  }
}
