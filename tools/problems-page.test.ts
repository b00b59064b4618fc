import assert from "node:assert/strict";
import { test } from "node:test";
import { problemsPage } from "./problems-page.ts";

test("the page lists each refusal once, under its module, those of any route first", () => {
  const refusal = (title: string) => ({ status: 409 as const, title, fix: "Choose a | b." });
  const page = problemsPage(
    new Map([["loan.not_active", refusal("Not active")], ["request.invalid", refusal("Invalid")], ["loan.closed", refusal("Closed")]]),
    new Map([["loan.not_active", "servicing"], ["loan.closed", "servicing"], ["request.invalid", "any route"]]),
  );

  assert.deepEqual(page.match(/^## .*$|^\| `.*$/gm), [
    "## Any route", "| `request.invalid` | 409 | Invalid | Choose a \\| b. |",
    "## Servicing", "| `loan.closed` | 409 | Closed | Choose a \\| b. |", "| `loan.not_active` | 409 | Not active | Choose a \\| b. |",
  ]);
});
