// Writes a .gz beside every file of the built page that it makes smaller.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

for (const path of files("dist")) {
  if (path.endsWith(".gz")) continue;
  const bytes = readFileSync(path);
  const small = gzipSync(bytes, { level: 9 });
  if (small.length < bytes.length * 0.9) writeFileSync(`${path}.gz`, small);
}
