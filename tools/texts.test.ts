import assert from "node:assert/strict";
import { test } from "node:test";
import staff from "../web/i18n/hi-staff.ts";
import shared from "../web/i18n/hi.ts";
import { NAV } from "../web/staff/shell/nav.ts";
import { readCode } from "./source-files.ts";
import { ceilings, leftByFolder, textsLeft } from "./texts.ts";

test("no folder of screens has more English left than it had: use defineTexts, or write the Hindi", () => {
  const allowed = ceilings();
  const above = [...leftByFolder(readCode())].flatMap(([folder, left]) => (["raw", "english"] as const).flatMap((kind) => {
    const most = allowed[folder]?.[kind] ?? 0;
    return left[kind].length <= most ? [] : [`${folder}: ${left[kind].length} ${kind}, at most ${most}; see node tools/texts.ts --list`];
  }));
  assert.deepEqual(above, []);
});

test("words in the markup and keys without Hindi are found; what a table has, and values, are not", () => {
  const text = `export const A = () => <p title="Close it" className="wide">Due {t("Paid")} {t("Not translated")} · <b>{t(label)}</b> 12<input placeholder={t("Paid")} /></p>;`;
  assert.deepEqual(textsLeft({ path: "web/a.tsx", text }, new Set(["Paid"])), { raw: ["Close it", "Due"], english: ["Not translated"] });
});

test("every place of the rail has a Hindi name", () => {
  const hindi: Readonly<Record<string, string>> = { ...shared, ...staff };
  assert.deepEqual(NAV.flatMap((group) => [group.title, ...group.places.map((place) => place.label)]).filter((label) => hindi[label] === undefined), []);
});
