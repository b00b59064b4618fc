import assert from "node:assert/strict";
import { test } from "node:test";
import { defineTexts, useTexts } from "./texts.ts";

test("a text that a language lacks, or that nobody wrote, does not compile", () => {
  // Never run: each line is a fault that the type checker must find, and it complains when one is none.
  const faults = () => {
    // @ts-expect-error Hindi lacks "left"
    defineTexts("staff.test", { left: "Left", right: "Right" }, { right: "दायाँ" });
    // @ts-expect-error Hindi has a key that English has not
    defineTexts("staff.test", { left: "Left" }, { left: "बायाँ", up: "ऊपर" });
    // @ts-expect-error not a namespace of ours
    defineTexts("test", { left: "Left" }, { left: "बायाँ" });
    const tt = useTexts(defineTexts("staff.test", { left: "Left", n_one: "{{count}} one", n_other: "{{count}} many" }, { left: "बायाँ", n_one: "{{count}} एक", n_other: "{{count}} कई" }));
    tt("left");
    tt("n", { count: 2 });
    // @ts-expect-error nobody wrote it
    tt("above");
    // @ts-expect-error asked for by its stem, so that the language's own rule chooses the form
    tt("n_one");
  };
  assert.equal(typeof faults, "function");
});
