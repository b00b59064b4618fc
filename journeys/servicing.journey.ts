import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { boardLoan, runningLoans } from "./board.ts";
import { PHONE, look, openStage, type Page, type Stage } from "./support.ts";

const DEMO = join(import.meta.dirname, "../src/app/demo.ts");

/** What a servicing agent does to a running loan, and what a collector does to one that is behind. */
describe("servicing", { concurrency: false }, () => {
  let stage: Stage;
  let agent: Page;
  let loan: { id: string; number: string; borrowerName: string };
  before(async () => {
    stage = await openStage((dataDir) => {
      const run = spawnSync(process.execPath, [DEMO, "--count", "24", "--months", "3", "--keep", dataDir, "--report", join(dataDir, "report.html")], { encoding: "utf8" });
      assert.equal(run.status, 0, run.stderr);
    });
    agent = await stage.staff("servicing");
    const [first] = await runningLoans(agent);
    assert.ok(first !== undefined, "the demonstration left no running loan");
    loan = first;
  });
  after(async () => stage?.close());
  const tab = async (name: string) => {
    await agent.getByRole("navigation", { name: "Sections" }).getByRole("link", { name, exact: true }).click();
    await agent.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
  };

  it("a loan is found by number, name, phone, and by amount and day of a payment", async () => {
    const phone = await reveal(agent, loan);
    await agent.goto(`/staff/loans/${loan.id}?tab=transactions`);
    const row = agent.getByRole("row", { name: /Repayment/ }).first();
    const [day, amount] = [await row.getByRole("time").first().getAttribute("datetime"), (await row.getByRole("button").first().innerText()).replace(/[₹,]/g, "")];
    await agent.goto("/staff/loans");
    await agent.getByRole("row").nth(1).waitFor();
    for (const known of [loan.number, loan.borrowerName, phone, `${amount} ${day ?? ""}`, loan.id]) {
      await agent.getByRole("searchbox").fill(known);
      await agent.keyboard.press("Enter");
      await agent.waitForURL((url) => url.searchParams.get("q") === known);
      await agent.getByRole("row", { name: new RegExp(loan.number) }).waitFor();
    }
    await agent.getByRole("searchbox").fill("nobody at all");
    await agent.keyboard.press("Enter");
    await agent.getByText("No row matches “nobody at all”.").waitFor();
    await look(agent, "v1-empty");
  });

  it("a filter in rupees becomes a view with an address, a file of the same rows, and goes again", async () => {
    await agent.goto("/staff/loans");
    await agent.getByRole("button", { name: "+ Filter" }).click();
    await agent.getByLabel("Column", { exact: true }).selectOption("principalOutstanding");
    await agent.getByLabel("Value (INR)").fill("50,000.50");
    await agent.getByRole("button", { name: "Add", exact: true }).click();
    await agent.getByRole("button", { name: /Principal left ≥ ₹50,000.50/ }).waitFor();
    assert.match(agent.url(), /principalOutstanding%3Age%3A5000050/, "minor units travel");
    await agent.getByRole("button", { name: "+ Filter" }).click();
    await agent.getByLabel("Column", { exact: true }).selectOption("branchId");
    await agent.getByLabel("Value", { exact: true }).selectOption({ label: "Pune Camp" });
    await agent.getByRole("button", { name: "Add", exact: true }).click();
    await agent.getByRole("button", { name: /Branch = Pune Camp/ }).waitFor();
    await agent.getByRole("button", { name: "Columns" }).click();
    await agent.getByRole("checkbox", { name: "Branch" }).check();
    await agent.keyboard.press("Escape");
    await agent.getByRole("cell", { name: "Pune Camp" }).first().waitFor();
    await agent.getByRole("button", { name: "Save view…" }).click();
    await agent.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Large, Pune");
    await agent.getByRole("button", { name: "Save", exact: true }).click();
    await agent.getByRole("button", { name: "Large, Pune", exact: true }).waitFor();
    await look(agent, "v1-view");
    const rows = (await agent.getByRole("row").count()) - 1;
    const [file] = await Promise.all([agent.waitForEvent("download"), agent.getByRole("link", { name: "CSV" }).click()]);
    assert.equal(readFileSync(await file.path(), "utf8").trim().split("\n").length - 1, rows, "the file has the rows of the filter");
    const address = agent.url();
    await agent.goto("/staff/loans");
    await agent.goto(address);
    await agent.getByRole("button", { name: "Delete the view Large, Pune" }).click();
    await agent.getByRole("button", { name: "Large, Pune", exact: true }).waitFor({ state: "detached" });
    await agent.goto("/staff/loans?cols=number,status");
    await agent.getByRole("row").nth(1).waitFor();
    await agent.getByRole("button", { name: /language, appearance/ }).click();
    const height = async () => (await agent.locator("table.grid tbody tr").first().boundingBox())?.height ?? 0;
    const tight = await height();
    await agent.getByLabel("Roomy").check();
    assert.ok((await height()) > tight, "roomy rows are higher");
    await agent.getByLabel("Tight").check();
  });

  it("a figure says how it came about, by the facts that made it", async () => {
    await agent.goto(`/staff/loans/${loan.id}`);
    await agent.getByText("Terms agreed").waitFor();
    await look(agent, "v2-overview-running");
    for (const figure of [0, 1, 2]) {
      await agent.locator("button.explainable").nth(figure).click();
      await agent.getByRole("dialog").getByText("Made by these facts").waitFor();
      if (figure === 1) await look(agent, "v2-explain");
      await agent.keyboard.press("Escape");
    }
    await tab("Schedule");
    assert.equal(await agent.getByRole("columnheader").count(), 16);
    await agent.getByRole("row").nth(1).getByRole("button").first().click();
    await agent.getByRole("dialog").getByText("Inputs").waitFor();
    await agent.keyboard.press("Escape");
  });

  it("the loan is shown as it stood on an earlier day, and then nothing can be done to it", async () => {
    await agent.goto(`/staff/loans/${loan.id}?tab=transactions&asOf=2026-01-20`);
    await agent.getByText("As of 20 Jan 2026").waitFor();
    await agent.getByRole("row", { name: /Disbursement/ }).waitFor();
    assert.equal(await agent.getByRole("row", { name: /Repayment/ }).count(), 0, "the payments of later are not there yet");
    assert.equal(await agent.getByRole("button", { name: "Reverse…" }).count(), 0);
  });

  it("a payment of the past is posted with its effect in sight first, and reversed again", async () => {
    await agent.goto(`/staff/loans/${loan.id}/repayments/new`);
    await agent.getByLabel("Amount").fill("1,000.50");
    await agent.getByLabel("Value date").fill("2026-02-10");
    await agent.getByText("In the past: what came after it is worked out again.").waitFor();
    await agent.getByText("Earlier transactions that are divided anew").waitFor();
    await look(agent, "v6-backdated");
    await agent.getByLabel("Reference").fill("RCPT-1");
    await agent.getByRole("button", { name: "Post the payment" }).click();
    await agent.getByText("Posted.").waitFor();
    await agent.getByRole("heading", { name: "What it posted" }).waitFor();
    await look(agent, "v3-posted");
    await agent.getByRole("link", { name: "Transactions" }).click();
    await agent.getByRole("row", { name: /10 Feb 2026.*1,000\.50/ }).getByRole("button", { name: "Reverse…" }).click();
    await agent.getByRole("dialog").getByText("Journal it posts").waitFor();
    await look(agent, "v3-reverse");
    await agent.getByRole("dialog").getByLabel("Reason").fill("Posted to the wrong loan");
    await agent.getByRole("button", { name: "Reverse", exact: true }).click();
    await agent.getByRole("status").filter({ hasText: "Reversed." }).waitFor();
    await agent.getByRole("row", { name: /10 Feb 2026.*Reversed on/ }).waitFor();
    await look(agent, "v2-transactions-reversed");
  });

  it("a charge is added and waived, each with its journal shown before", async () => {
    await tab("Charges");
    await agent.getByRole("button", { name: "Add a charge" }).click();
    await agent.getByLabel("Amount").fill("250");
    await agent.getByLabel("Reason").fill("Statement by courier");
    await agent.getByRole("dialog").getByText("Fee income").waitFor();
    await look(agent, "v2-charge");
    await agent.getByRole("button", { name: "Add the charge" }).click();
    await agent.getByRole("status").filter({ hasText: "Added." }).waitFor();
    await agent.getByRole("row", { name: /Service fee/ }).getByRole("button", { name: "Waive…" }).click();
    await agent.getByRole("dialog").getByLabel("Reason").fill("Our mistake");
    await agent.getByRole("dialog").getByText("Waiver expense").waitFor();
    await agent.getByRole("button", { name: "Waive", exact: true }).click();
    await agent.getByRole("status").filter({ hasText: "Waived." }).waitFor();
    await agent.getByRole("link", { name: "See the journal" }).click();
    await agent.getByRole("row", { name: /Waiver/ }).first().waitFor();
    await look(agent, "v2-gl");
  });

  it("a payoff quote becomes a letter that stands among the loan's documents", async () => {
    await agent.goto(`/staff/loans/${loan.id}/payoff`);
    await agent.getByRole("button", { name: "Make the quote" }).click();
    await agent.getByRole("button", { name: "Make the letter (PDF)" }).click();
    const href = await agent.getByRole("link", { name: "Open the letter" }).getAttribute("href");
    const letter = await agent.request.get(href ?? "");
    assert.deepEqual([letter.status(), (await letter.body()).subarray(0, 5).toString()], [200, "%PDF-"]);
    await look(agent, "v4-letter");
    await agent.goto(`/staff/loans/${loan.id}?tab=documents`);
    await agent.getByRole("link", { name: new RegExp(`payoff-${loan.number}`) }).waitFor();
    for (const name of ["Parties", "Cases", "Contacts", "Timeline"]) {
      await tab(name);
      if (name !== "Timeline") await look(agent, `v2-${name.toLowerCase()}-running`);
    }
  });

  it("a note is left by one key, and as an alert it stands at the head of the loan", async () => {
    await agent.goto(`/staff/loans/${loan.id}`);
    await agent.getByText("Terms agreed").waitFor();
    await agent.keyboard.press("n");
    await agent.getByRole("textbox", { name: "Note" }).fill("Calls only after six in the evening.");
    await agent.getByLabel(/An alert/).check();
    await agent.getByRole("button", { name: "Save the note" }).click();
    await agent.getByRole("status").filter({ hasText: "Calls only after six" }).waitFor();
    await look(agent, "v2-notes");
  });

  it("what was paid too much is proposed for refund and released by another person", async () => {
    const second = (await runningLoans(agent))[1];
    assert.ok(second !== undefined);
    await agent.goto(`/staff/loans/${second.id}/repayments/new`);
    await agent.getByLabel("Amount").fill("3L");
    await agent.getByText("Journal it posts").waitFor();
    await agent.getByRole("button", { name: "Post the payment" }).click();
    await agent.getByText("Posted.").waitFor();
    await agent.goto(`/staff/loans/${second.id}`);
    await agent.getByText("Overpaid", { exact: true }).first().waitFor();
    await agent.getByRole("row", { name: "Principal ₹0.00" }).waitFor();
    await agent.getByRole("button", { name: "Refund…" }).click();
    await agent.getByRole("dialog").getByLabel("Reason").fill("Paid by mistake");
    await agent.getByRole("button", { name: "Propose" }).click();
    await agent.getByText("Waiting for a second person").waitFor();
    await look(agent, "v2-overpaid");
    const finance = await stage.staff("finance");
    await finance.goto("/staff/approvals");
    await finance.getByRole("row", { name: /Pay an overpayment/ }).getByRole("button", { name: "Decide" }).click();
    await finance.getByRole("button", { name: "Approve", exact: true }).click();
    await finance.getByRole("dialog").waitFor({ state: "detached" });
    await finance.goto(`/staff/loans/${second.id}?tab=transactions`);
    await finance.getByRole("row", { name: /efund/ }).waitFor();
    await finance.context().close();
  });

  it("the auditor puts what was known on a day beside what is known now, for the loan and for the books", async () => {
    const told = await agent.request.post(`/v1/loan-accounts/${loan.id}/repayments`, { data: { amount: { amount: "500.25", currency: "INR" }, valueDate: "2026-02-12", channel: "cash" }, headers: { "idempotency-key": "journey-told-late" } });
    assert.equal(told.status(), 201, await told.text());
    const page = await stage.staff("auditor");
    await page.goto("/staff/time-machine?asOf=2026-02-20");
    await page.getByRole("searchbox").fill(loan.number);
    await page.getByRole("button", { name: `Look at this loan ${loan.number}` }).click();
    await page.getByRole("row", { name: /Payment received .*500\.25.*12 Feb 2026.*recorded later.*Grace Kim/ }).waitFor();
    await page.getByRole("row", { name: /Payment received.*Reversed.*1,000\.50.*10 Feb 2026/ }).waitFor();
    await page.getByRole("row", { name: /1,000\.50.*Posted to the wrong loan/ }).waitFor();
    await page.getByRole("row", { name: /^Owed in all .*-₹/ }).first().waitFor();
    await look(page, "a2-loan");
    await page.getByRole("link", { name: "The books" }).click();
    await page.getByRole("row", { name: /principal receivable.*-₹/ }).waitFor();
    await page.getByRole("row", { name: new RegExp(`12 Feb 2026.*${loan.number}`) }).first().waitFor();
    await look(page, "a2-books");
    await page.getByRole("link", { name: "A loan", exact: true }).click();
    await page.getByRole("link", { name: "The whole loan as it stood" }).click();
    await page.getByText("Known on 20 Feb 2026").waitFor();
    await page.getByRole("link", { name: "Transactions" }).click();
    await page.getByText("Known on 20 Feb 2026").waitFor();
    assert.equal(await page.getByRole("row", { name: /500\.25/ }).count(), 0, "nobody knew of the payment on that day");
    await page.context().close();
  });

  it("the auditor sees each act on the loan with who, why, before and after, and proves the chain", async () => {
    const page = await stage.staff("auditor");
    await page.goto(`/staff/loans/${loan.id}?tab=audit`);
    await page.getByRole("row", { name: /Grace Kim.*loan\.event\.reversed|Grace Kim.*reversed/ }).click();
    await page.getByRole("dialog").getByText("Posted to the wrong loan").waitFor();
    await look(page, "v2-audit");
    await page.keyboard.press("Escape");
    await page.goto("/staff/audit");
    await page.getByRole("button", { name: "Verify the chain" }).click();
    await page.getByText("The chain is intact.").waitFor();
    await look(page, "a1-verified");
    await page.context().close();
  });

  it("a charge-off is proposed by one person and carried out by another", async () => {
    const credit = await stage.staff("credit");
    const victim = (await runningLoans(credit)).at(-1);
    await credit.goto(`/staff/loans/${victim?.id ?? ""}`);
    await credit.getByRole("button", { name: "Charge off…" }).click();
    await credit.getByLabel("Reason").fill("Fraud proved in court");
    await credit.getByRole("button", { name: "Propose" }).click();
    await credit.getByText("Waiting for a second person").waitFor();
    const finance = await stage.staff("finance");
    await finance.goto("/staff/approvals");
    await finance.getByRole("row", { name: /Charge off loan/ }).getByRole("button", { name: "Decide" }).click();
    await finance.getByRole("button", { name: "Approve", exact: true }).click();
    await finance.getByRole("dialog").waitFor({ state: "detached" });
    await finance.goto(`/staff/loans/${victim?.id ?? ""}`);
    await finance.getByText("Charged off, still owed").waitFor();
    await look(finance, "v2-charged-off");
    await credit.context().close();
    await finance.context().close();
  });

  it("the other lender's loan is served in dollars, on a phone, in the dark", async () => {
    const boarded = await boardLoan(stage, "prairie", { amount: "12000.00", months: 24, rate: "0.12" });
    const page = await stage.staff("servicing", { lender: "prairie", size: PHONE, scheme: "dark" });
    await page.goto(`/staff/loans/${boarded.id}/repayments/new`);
    await page.getByLabel("Amount").fill("600.25");
    await page.getByText("Journal it posts").waitFor();
    await look(page, "v3-prairie-dark");
    await page.getByRole("button", { name: "Post the payment" }).click();
    await page.getByText("Posted.").waitFor();
    await page.goto(`/staff/loans/${boarded.id}?tab=transactions`);
    await page.getByRole("row", { name: /Repayment/ }).getByRole("button", { name: "Reverse…" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Cheque came back");
    await page.getByRole("button", { name: "Reverse", exact: true }).click();
    await page.getByRole("status").filter({ hasText: "Reversed." }).waitFor();
    await look(page, "v2-prairie-dark");
    await page.context().close();
  });
});

/** The borrower's phone number, as an agent gets it: with a reason that is audited. */
async function reveal(page: Page, loan: { id: string; borrowerName: string }): Promise<string> {
  await page.goto(`/staff/loans/${loan.id}?tab=parties`);
  await page.getByRole("link", { name: loan.borrowerName }).click();
  await page.getByRole("button", { name: "Show what is masked" }).click();
  await page.getByLabel("Reason").fill("The borrower is on the line.");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  const phone = page.getByText(/^\+91\d{10}$/);
  await phone.waitFor();
  return phone.innerText();
}
