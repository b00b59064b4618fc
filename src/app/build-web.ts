import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const ROOT = join(import.meta.dirname, "../..");
const MARK = join(ROOT, "web/dist/.built");

/** Builds the two web applications when their sources changed since the last build. */
export async function buildWebIfNeeded(say: (line: string) => void): Promise<void> {
  const wanted = sourceHash();
  if (existsSync(MARK) && readFileSync(MARK, "utf8") === wanted) return;
  say("Building the web applications …");
  const built = spawnSync(process.execPath, [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--config", "web/vite.config.ts", "--logLevel", "warn"], { cwd: ROOT, stdio: "inherit" });
  if (built.status !== 0) throw new Error("the web build failed");
  compress();
  writeFileSync(MARK, wanted);
}

/** Leaves a Brotli twin beside each script and style, which the server sends to browsers that take it. */
function compress(): void {
  for (const file of globSync("web/dist/assets/*.{js,css}", { cwd: ROOT })) {
    const path = join(ROOT, file);
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } }));
  }
}

function sourceHash(): string {
  const hash = createHash("sha256");
  const files = globSync("{web,src/engine,src/modules}/**/*.{ts,tsx,js,html,css,json,svg,webmanifest}", { cwd: ROOT, exclude: (name) => name === "dist" || name.endsWith(".test.ts") });
  for (const file of files.sort()) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(file).update(readFileSync(path));
  }
  return hash.digest("hex");
}
