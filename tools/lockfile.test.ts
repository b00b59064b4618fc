import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { missingPlatforms, type LockEntry } from "./lockfile.ts";
import { ROOT } from "./source-files.ts";

test("the lockfile names the packages of every platform, so that npm ci accepts it", () => {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as { packages: Record<string, LockEntry> };
  assert.deepEqual(missingPlatforms(lock.packages).map(({ path }) => path), [], "run node tools/lockfile.ts");
});

test("the lockfile names no address of a registry", () => {
  assert.doesNotMatch(readFileSync(join(ROOT, "package-lock.json"), "utf8"), /"resolved"/);
});

test("what a lockfile lacks is found with its version and platform", () => {
  const packages = {
    "node_modules/rules": { version: "2.0.0", optionalDependencies: { "rules-linux-x64-gnu": "2.0.0", "rules-linux-arm64-musl": "2.0.0", "rules-win32-ia32-msvc": "2.0.0", "rules-wasm32-wasi": "2.0.0", fsevents: "^2.3.0" } },
    "node_modules/rules-linux-x64-gnu": { version: "2.0.0", optional: true },
  };
  assert.deepEqual(missingPlatforms(packages), [
    { path: "node_modules/rules-linux-arm64-musl", entry: { version: "2.0.0", optional: true, cpu: ["arm64"], os: ["linux"], libc: ["musl"] } },
    { path: "node_modules/rules-win32-ia32-msvc", entry: { version: "2.0.0", optional: true, cpu: ["ia32"], os: ["win32"] } },
    { path: "node_modules/rules-wasm32-wasi", entry: { version: "2.0.0", optional: true, cpu: ["wasm32"] } },
  ]);
});
