import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const MARK = join(ROOT, "web/dist/.built");

/** Builds the two web applications when their sources changed since the last build. */
export async function buildWebIfNeeded(say: (line: string) => void): Promise<void> {
  const wanted = sourceHash();
  if (existsSync(MARK) && readFileSync(MARK, "utf8") === wanted) return;
  say("Building the web applications …");
  const built = spawnSync(process.execPath, [join(ROOT, "node_modules/vite/bin/vite.js"), "build", "--config", "web/vite.config.ts", "--logLevel", "warn"], { cwd: ROOT, stdio: "inherit" });
  if (built.status !== 0) throw new Error("the web build failed");
  writeFileSync(MARK, wanted);
}

function sourceHash(): string {
  const hash = createHash("sha256");
  const files = globSync("{web,src/engine,src/modules}/**/*.{ts,tsx,html,css,json,svg}", { cwd: ROOT, exclude: (name) => name === "dist" || name.endsWith(".test.ts") });
  for (const file of files.sort()) {
    const path = join(ROOT, file);
    if (statSync(path).isFile()) hash.update(file).update(readFileSync(path));
  }
  return hash.digest("hex");
}
