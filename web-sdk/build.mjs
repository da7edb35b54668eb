// Builds the SDK: one script for pages (`sdk.js`), the service worker, and the npm package with its types in `dist`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const served = join(here, "../src/sojourn/sdk");
const tools = createRequire(join(here, "../web/package.json"));
const { build } = await import(pathToFileURL(tools.resolve("vite")).href);
const LIMIT = 12_000;

async function bundle(entry, format, folder, name) {
  await build({
    configFile: false,
    logLevel: "warn",
    root: here,
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2020",
      lib: { entry: join(here, "src", entry), formats: [format], name: "sojournSdk", fileName: () => name },
    },
  });
}

mkdirSync(served, { recursive: true });
await bundle("page.ts", "iife", served, "sdk.js");
await bundle("worker.ts", "iife", served, "sdk-worker.js");
await bundle("index.ts", "es", join(here, "dist"), "sojourn.js");
copyFileSync(join(served, "sdk-worker.js"), join(here, "dist/sdk-worker.js"));
execFileSync(process.execPath, [tools.resolve("typescript/bin/tsc"), "-p", here], { stdio: "inherit" });
for (const name of ["sdk.js", "sdk-worker.js"]) {
  const packed = gzipSync(readFileSync(join(served, name)), { level: 9 });
  writeFileSync(join(served, `${name}.gz`), packed);
  console.log(`${name}: ${(packed.length / 1000).toFixed(1)} kB compressed`);
  if (packed.length > LIMIT) throw new Error(`${name} is larger than ${LIMIT / 1000} kB`);
}
