import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { addDays, isoDate } from "#engine/date.ts";
import { sandboxAccountId } from "#app/seed-steps.ts";
import { look, openStage, type Page, type Stage } from "./support.ts";

const DEMO = join(import.meta.dirname, "../src/app/demo.ts");

/** The desks that keep running loans in order, on an installation with a few months behind it. */
describe("operations", { concurrency: false }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage((dataDir) => {
      const run = spawnSync(process.execPath, [DEMO, "--count", "24", "--months", "3", "--keep", dataDir, "--report", join(dataDir, "report.html")], { encoding: "utf8" });
      assert.equal(run.status, 0, run.stderr);
    });
  });
  after(async () => stage?.close());

  const bank = async (path: string, body: unknown) => {
    const answer = await fetch(`${stage.sandboxUrl}/bank/v1${path}`, { method: "POST", headers: { authorization: "Bearer sandbox-bank-key", "content-type": "application/json" }, body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.text());
  };

  it("money with a wrong reference waits in suspense, is matched by a person and put back", async () => {
    const page = await stage.staff("operations");
    const loan = await firstLoan(page);
    const today = await businessDate(page, loan.id);
    const accountId = sandboxAccountId("bharat");
    await bank("/incoming-payments", { accountId, amount: "777.00", currency: "INR", valueDate: today, debtor: { name: "Kind Uncle" }, remittance: "for my nephew", endToEndId: "UNCLE-1", reference: "uncle-1" });
    await bank("/business-date", { date: addDays(isoDate(today), 1), accountIds: [accountId] });
    await page.goto("/staff/bank");
    await page.getByRole("button", { name: "Fetch bank files" }).click();
    await page.getByRole("status").filter({ hasText: "in suspense" }).waitFor();
    await page.getByRole("button", { name: "Kind Uncle" }).click();
    await look(page, "o3-suspense");
    await page.getByLabel("Loan number").fill(loan.number);
    await page.getByRole("button", { name: "Match", exact: true }).click();
    await page.getByRole("button", { name: "Kind Uncle" }).waitFor({ state: "detached" });
    await page.goto("/staff/bank?tab=receipts&filter=payerName:has:Uncle");
    await page.getByRole("row", { name: /Kind Uncle.*Matched/ }).waitFor();
    await page.locator("body").click({ position: { x: 700, y: 60 } });
    await page.keyboard.press("j");
    await page.keyboard.press("Space");
    await page.getByRole("dialog").getByLabel("Reason").fill("The uncle meant another loan.");
    await page.getByRole("button", { name: "Undo the match: back into suspense" }).click();
    await page.getByRole("row", { name: /Kind Uncle.*Suspense/i }).waitFor();
    await page.context().close();
  });

  it("one payment is split over two loans, and each is found again by its number", async () => {
    const page = await stage.staff("operations");
    const { items: [one, two] } = (await (await page.request.get("/v1/loan-accounts?filter=status:eq:active&limit=2")).json()) as { items: readonly { id: string; number: string }[] };
    assert.ok(one !== undefined && two !== undefined, "the demonstration left fewer than two running loans");
    const today = await businessDate(page, one.id);
    const accountId = sandboxAccountId("bharat");
    await bank("/incoming-payments", { accountId, amount: "900.00", currency: "INR", valueDate: today, debtor: { name: "Thrifty Aunt" }, remittance: "for both of them", endToEndId: "AUNT-1", reference: "aunt-1" });
    // The bank's day was ended once before in this journey, so this one ends the day after.
    await bank("/business-date", { date: addDays(isoDate(today), 2), accountIds: [accountId] });
    await page.goto("/staff/bank");
    await page.getByRole("button", { name: "Fetch bank files" }).click();
    await page.getByRole("button", { name: "Thrifty Aunt" }).click();
    await page.getByLabel("Loan number").fill(one.number);
    await page.getByLabel("Amount").fill("400");
    await page.getByText("₹500.00 left to place").waitFor();
    await page.getByRole("button", { name: "Add a loan" }).click();
    await page.getByLabel("Loan number").nth(1).fill(two.number);
    await look(page, "o3-split");
    await page.getByRole("button", { name: "Match", exact: true }).click();
    await page.getByRole("button", { name: "Thrifty Aunt" }).waitFor({ state: "detached" });
    await page.goto("/staff/bank?tab=receipts&q=both");
    await page.getByRole("row", { name: /Thrifty Aunt.*Matched/ }).getByRole("link", { name: two.number }).click();
    await page.waitForURL((url) => url.pathname === `/staff/loans/${two.id}`);
    await page.context().close();
  });

  it("the payout desk sends what waits, and says when nothing does", async () => {
    const page = await stage.staff("funding");
    await page.goto("/staff/payouts");
    await page.getByRole("button", { name: "Send waiting payouts" }).click();
    await page.getByText(/0 sent, 0 in doubt/).waitFor();
    await look(page, "o1-payouts");
    await page.context().close();
  });
});

async function firstLoan(page: Page): Promise<{ id: string; number: string }> {
  const { items } = (await (await page.request.get("/v1/loan-accounts?filter=status:eq:active&limit=1")).json()) as { items: readonly { id: string; number: string }[] };
  const [loan] = items;
  assert.ok(loan !== undefined, "the demonstration left no running loan");
  return loan;
}

async function businessDate(page: Page, loanId: string): Promise<string> {
  await page.goto(`/staff/loans/${loanId}`);
  return page.getByLabel("As of").inputValue();
}
