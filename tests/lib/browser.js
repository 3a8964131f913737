// SPDX-License-Identifier: Apache-2.0
// The page in Debian's Chromium, from a profile of its own.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A browser with one page: { browser, page, problems, elsewhere }. `problems`: what its console
 * complained of; `elsewhere`: hosts but the server's that it asked for something.
 */
export async function openBrowser(folder, server) {
  const browser = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: flags,
    viewport: { width: 1280, height: 900 },
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  const problems = [];
  const elsewhere = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    const host = new URL(url).host;
    if (host !== `127.0.0.1:${server.port}` && !/^(data|blob):/.test(url)) elsewhere.push(host);
  });
  return { browser, page, problems, elsewhere };
}

/** Kept where SCREENSHOTS says, to be looked at. */
export async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
