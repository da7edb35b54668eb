// After the build: weigh what the first page loads, and lay compressed copies beside the files.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const LIMIT = 400_000;
const OUT = new URL("../../src/sojourn/studio", import.meta.url).pathname;
const manifestFile = join(OUT, ".vite/manifest.json");
const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));

function reached(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) reached(next, seen);
  return seen;
}

function weigh() {
  const files = [...reached("index.html")]
    .map((key) => manifest[key].file)
    .filter((file) => file.endsWith(".js"));
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(OUT, file)), { level: 9 }).length, 0);
}

function compress(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) compress(path);
    else if (/\.(js|css|svg|html|json)$/.test(entry.name)) {
      const bytes = readFileSync(path);
      const quality = { [constants.BROTLI_PARAM_QUALITY]: 10 };
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: quality }));
    }
  }
}

const weight = weigh();
rmSync(join(OUT, ".vite"), { recursive: true });
compress(OUT);
console.log(`first load: ${Math.round(weight / 1000)} kB of compressed JavaScript (at most ${LIMIT / 1000})`);
if (weight > LIMIT) {
  console.error("the first load is too heavy: load editors lazily");
  process.exit(1);
}
