import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { generateLoans } from "#app/generate/portfolio.ts";
import { look, openStage, PHONE, type Page, type Stage } from "./support.ts";

let stage: Stage;
before(async () => {
  stage = await openStage();
  await generateLoans(stage.services, { loans: 120, seed: 3 });
});
after(() => stage.close());

test("finance sells a share of a pool, another officer agrees, and the first statement is settled and can be followed to the loan", async () => {
  const page = await stage.staff("finance");
  const second = await stage.staff("finance2");
  const agree = async (row: RegExp) => {
    await second.goto("/staff/approvals");
    await second.getByRole("row", { name: row }).getByRole("button", { name: "Decide" }).click();
    await second.getByRole("button", { name: "Approve", exact: true }).click();
    await second.getByRole("dialog").waitFor({ state: "detached" });
  };
  await page.goto("/staff/partners");
  await page.getByRole("button", { name: "New partner…" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Orion Capital");
  await form.getByLabel("Code").fill("orion");
  await form.getByLabel("Account number").fill("HDFC0000001/501000012345");
  await form.getByRole("button", { name: "Propose" }).click();
  await page.getByText("Proposed. A second person agrees").waitFor();
  await agree(/Orion Capital/);

  await page.goto("/staff/partners");
  // On the name itself: a link in a row opens the row.
  await page.getByRole("link", { name: "Orion Capital" }).click();
  await page.getByRole("button", { name: "Sell a share…" }).click();
  await form.getByLabel("Name").fill("Autumn pool");
  await form.getByLabel("Share", { exact: false }).first().fill("40");
  await form.getByLabel("From", { exact: false }).first().fill("2025-12-01");
  await form.getByLabel("Servicing fee").selectOption({ label: "A share of the interest passed on" });
  await form.getByLabel("Fee rate").fill("25");
  await look(page, "f5-sell");
  await form.getByRole("button", { name: "Propose" }).click();
  await page.getByText("Proposed. A second person agrees").waitFor();
  await agree(/takes 40 %/);

  await page.reload();
  await page.getByText("Principal owned, as stated").waitFor();
  await look(page, "f5-partner");
  await page.getByRole("button", { name: "New statement…" }).click();
  await page.getByRole("button", { name: "Make a draft" }).click();
  await page.getByRole("heading", { name: "In all" }).waitFor();
  await look(page, "f5-statement");
  await page.getByRole("button", { name: "Ask to settle…" }).click();
  await page.getByRole("button", { name: "Ask to settle", exact: true }).click();
  await page.getByText("A second person must agree before").waitFor();
  const statement = page.url();
  await agree(/Settle with Orion Capital/);
  await page.goto(statement);
  await page.getByText("Settled").first().waitFor();
  for (const [name, head] of [["PDF", "%PDF"], ["XLSX", "PK"]] as const) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name, exact: true }).click()]);
    assert.ok(readFileSync(await file.path()).toString("latin1").startsWith(head), `${name} is a ${name}`);
  }
  await followToLoan(page);
  const phone = await stage.staff("finance", { size: PHONE, scheme: "dark", language: "hi" });
  await phone.goto(statement);
  await phone.getByText("Orion Capital").first().waitFor();
  await look(phone, "f5-statement-phone");
});

test("a guarantor answers for a pool: the meter shows what of its limit is used, and a dispute of a statement is answered", async () => {
  const page = await stage.staff("finance");
  const second = await stage.staff("finance2");
  const form = page.getByRole("dialog");
  const agree = async (row: RegExp) => {
    await second.goto("/staff/approvals");
    await second.getByRole("row", { name: row }).getByRole("button", { name: "Decide" }).click();
    await second.getByRole("button", { name: "Approve", exact: true }).click();
    await second.getByRole("dialog").waitFor({ state: "detached" });
  };
  await page.goto("/staff/partners");
  await page.getByRole("button", { name: "New partner…" }).click();
  await form.getByLabel("Name").fill("Setu Services");
  await form.getByLabel("Code").fill("setu");
  await form.getByLabel("Kind", { exact: false }).first().selectOption({ label: "Guarantor" });
  await form.getByLabel("Account number").fill("HDFC0000001/501000054321");
  await form.getByRole("button", { name: "Propose" }).click();
  await page.getByText("Proposed. A second person agrees").waitFor();
  await agree(/Setu Services/);
  await page.goto("/staff/partners");
  await page.getByRole("cell", { name: "Setu Services" }).click();
  await page.getByRole("button", { name: "New guarantee…" }).click();
  await form.getByLabel("Name").fill("Winter pool");
  await form.getByLabel("Through", { exact: false }).first().fill("2030-12-31");
  await form.getByLabel("Can be claimed from days past due").fill("1");
  await look(page, "f5-guarantee-form");
  await form.getByRole("button", { name: "Propose" }).click();
  await page.getByText("Proposed. A second person agrees").waitFor();
  await agree(/guarantees \d+ loans up to 5 %/);
  await page.goto("/staff/partners?tab=guarantees");
  await page.getByRole("cell", { name: "Winter pool" }).click();
  await page.getByRole("heading", { name: "How much of the limit is used" }).waitFor();
  await page.getByRole("button", { name: "Claim…" }).click();
  await form.getByRole("button", { name: "Propose" }).click();
  await page.getByText("Proposed. A second person agrees").waitFor();
  const guarantee = page.url();
  await agree(/Claim \d+ loans from Setu Services/);
  await page.goto(guarantee);
  await page.getByText("Claimed").first().waitFor();
  await look(page, "f5-guarantee");

  await page.goto("/staff/partners?tab=statements");
  await page.getByRole("cell", { name: "Orion Capital" }).click();
  await page.getByRole("button", { name: "Dispute…" }).click();
  await form.getByLabel("Said to be missing").fill("12.00");
  await form.getByLabel("Reason").fill("A receipt of December is missing.");
  await form.getByRole("button", { name: "Note the dispute" }).click();
  await page.getByRole("button", { name: "Answer…" }).click();
  await form.getByLabel("Answer", { exact: false }).last().fill("It came in January.");
  await form.getByRole("button", { name: "Answer", exact: true }).click();
  await page.getByText("It came in January.").waitFor();
  await look(page, "f5-dispute");
  const phone = await stage.staff("finance", { size: PHONE, scheme: "dark", language: "hi" });
  await phone.goto(guarantee);
  await phone.getByText("Winter pool").first().waitFor();
  await look(phone, "f5-guarantee-phone");
});

/** A line of a statement leads to its loan, and the loan says who owns it. */
async function followToLoan(page: Page): Promise<void> {
  await page.getByRole("link", { name: /^LN\d{8}$/ }).first().click();
  await page.getByRole("link", { name: "Parties", exact: true }).click();
  await page.getByRole("heading", { name: "Who owns the loan" }).waitFor();
  await page.getByRole("link", { name: "Orion Capital" }).waitFor();
  await look(page, "f5-loan-owners");
}
