import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DESKTOP, PHONE, look, openStage, type Page, type Stage } from "./support.ts";

const DEMO = join(import.meta.dirname, "../src/app/demo.ts");

/** The finance desk, and the collectors' queue with promises that are kept and broken. */
describe("books and collections", { concurrency: false }, () => {
  let stage: Stage;
  let priya: Page;
  let tom: Page;
  before(async () => {
    stage = await openStage((dataDir) => {
      const run = spawnSync(process.execPath, [DEMO, "--count", "24", "--months", "3", "--keep", dataDir, "--report", join(dataDir, "report.html")], { encoding: "utf8" });
      assert.equal(run.status, 0, run.stderr);
    });
    priya = await stage.staff("finance");
    tom = await stage.staff("finance2");
  });
  after(async () => stage?.close());

  const fillEntry = async (page: Page, memo: string, amount: string) => {
    await page.goto("/staff/ledger/entries/new");
    await page.getByLabel("Memo").fill(memo);
    await page.getByRole("combobox", { name: "Account" }).nth(0).selectOption("bank_charges");
    await page.getByRole("combobox", { name: "Account" }).nth(1).selectOption("bank");
    for (const line of [0, 1]) await page.getByLabel("Amount").nth(line).fill(amount);
  };
  const approve = async (page: Page, what: RegExp) => {
    await page.goto("/staff/approvals");
    await page.getByRole("row", { name: what }).getByRole("button", { name: "Decide" }).click();
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };

  it("the trial balance, the chart and the proofs lead down to the event and the loan", async () => {
    await priya.goto("/staff/ledger");
    await priya.getByText("Control accounts against the loans, now").waitFor();
    await look(priya, "f1-trial-balance");
    for (const [tab, name] of [["Chart of accounts", "f1-chart"], ["Proofs", "f1-proofs"]] as const) {
      await priya.getByRole("link", { name: tab, exact: true }).click();
      await priya.getByRole("row").nth(1).waitFor();
      await look(priya, name);
    }
    await priya.goto("/staff/ledger/journal?q=Repayment");
    await priya.getByRole("row", { name: /Repayment of loan/ }).first().waitFor();
    await look(priya, "f1-journal");
    await priya.getByRole("row", { name: /Repayment of loan/ }).first().click();
    await priya.getByRole("heading", { name: "Journal entry" }).waitFor();
    await look(priya, "f1-entry");
    await priya.getByRole("row", { name: /Principal receivable/ }).getByRole("link", { name: /^LN\d+$/ }).click();
    await priya.getByText("Terms agreed").waitFor();
  });

  it("fees and costs by effective interest are told by product, by loan on any day, and month by month with the reason", async () => {
    await priya.goto("/staff/ledger/accruals");
    await priya.getByRole("link", { name: "Fees and costs", exact: true }).click();
    await priya.getByRole("region", { name: "Fees and costs by product" }).getByRole("row", { name: /Personal loan/ }).waitFor();
    await look(priya, "f3-fees-and-costs");
    await priya.getByLabel("As of").fill("2026-02-10");
    await priya.getByText("By product, on 10 Feb 2026").waitFor();
    await priya.getByRole("row", { name: /LN\d+/ }).first().waitFor();
    await priya.getByRole("link", { name: /^LN\d+$/ }).first().click();
    await priya.getByRole("link", { name: "Accruals", exact: true }).last().click();
    await priya.getByText(/the carrying amount of .* is interest by the contract/).waitFor();
    await priya.getByRole("region", { name: "Fees and costs by month" }).getByRole("row", { name: /2026-01/ }).waitFor();
    await look(priya, "v2-fees-and-costs");
  });

  it("an entry by hand balances before it can be proposed, and another officer posts it", async () => {
    await fillEntry(priya, "Bank charges of March", "1000.50");
    await priya.getByLabel("Amount").nth(1).fill("1000.51");
    assert.ok(await priya.getByRole("button", { name: "Propose" }).isDisabled(), "what does not balance cannot be proposed");
    await priya.getByLabel("Amount").nth(1).fill("1000.50");
    await look(priya, "f1-manual");
    await priya.getByRole("button", { name: "Propose" }).click();
    await priya.getByRole("row", { name: /Bank charges of March/ }).waitFor();
    const decide = priya.getByRole("row", { name: /Bank charges of March/ }).getByRole("button", { name: "Decide" });
    assert.ok((await decide.count()) === 0 || (await decide.isDisabled()), "nobody approves their own");
    await approve(tom, /Bank charges of March/);
    await tom.goto("/staff/ledger/journal?filter=causeKind:eq:manual_entry");
    await tom.getByRole("row", { name: /Bank charges of March.*1,000\.50.*Tom Becker/ }).waitFor();
  });

  it("an entry is reversed by its opposite, again by two people", async () => {
    await tom.getByRole("row", { name: /Bank charges of March/ }).click();
    await tom.getByRole("button", { name: "Reverse…" }).click();
    await tom.getByRole("dialog").getByLabel("Memo").fill("Charged twice by the bank");
    await tom.getByRole("button", { name: "Propose" }).click();
    await tom.getByRole("status").filter({ hasText: "Proposed." }).waitFor();
    await approve(priya, /Charged twice by the bank/);
    await priya.goto("/staff/ledger/accounts/bank_charges");
    await priya.getByRole("row", { name: /Charged twice by the bank.*1,000\.50/ }).waitFor();
    await look(priya, "f1-account");
  });

  it("a period is closed at the close desk with its open points named, and a posting into it is refused in words", async () => {
    await priya.goto("/staff/ledger/close?through=2026-02-28");
    await priya.getByText("End of day has closed the day").first().waitFor();
    await look(priya, "f2-close-desk");
    await priya.getByRole("button", { name: "Close period…" }).first().click();
    const reason = priya.getByRole("dialog").getByLabel("Reason");
    if ((await reason.count()) > 0) await reason.fill("Agreed with the auditor");
    await priya.getByRole("button", { name: "Close the period" }).click();
    await priya.getByRole("status").filter({ hasText: "Closed through 28 Feb 2026." }).waitFor();
    await look(priya, "f2-closed");
    await fillEntry(priya, "Late invoice", "10");
    await priya.getByLabel("Business date").fill("2026-02-15");
    await priya.getByRole("button", { name: "Propose" }).click();
    await priya.getByRole("alert").filter({ hasText: "The books are closed through 2026-02-28." }).waitFor();
    await look(priya, "f1-refused");
  });

  it("a closed period opens again when a second officer agrees", async () => {
    await priya.goto("/staff/ledger/close");
    await priya.getByRole("button", { name: "Reopen…" }).first().click();
    await priya.getByRole("dialog").getByLabel("First day that is open again").fill("2026-02-15");
    await priya.getByRole("dialog").getByLabel("Reason").fill("An invoice of February came late");
    await priya.getByRole("button", { name: "Propose" }).click();
    await priya.getByRole("status").filter({ hasText: "Proposed." }).waitFor();
    await approve(tom, /Reopen book statutory from 2026-02-15/);
    await priya.goto("/staff/ledger/close");
    await priya.getByRole("row", { name: /Reopened.*14 Feb 2026/ }).waitFor();
    await look(priya, "f2-reopened");
  });

  it("statements lead to the running ledger of an account, and on to the entry", async () => {
    await priya.goto("/staff/ledger/statements?from=2026-01-01");
    await priya.getByText("Result of the span").first().waitFor();
    await look(priya, "f1-statements");
    await priya.getByRole("link", { name: "Interest income" }).first().click();
    await priya.getByText("Opening balance").waitFor();
    await look(priya, "f1-running");
    for (const [path, text, name] of [["/staff/ledger/suspense", "Days that money has stood there", "f2-suspense"], ["/staff/ledger/cash", "In the books", "f6-cash"]] as const) {
      await priya.goto(path);
      await priya.getByText(text).first().waitFor();
      await look(priya, name);
    }
  });

  it("a rate of exchange counts when a second officer agrees", async () => {
    await priya.goto("/staff/ledger/currencies?tab=rates");
    await priya.getByRole("button", { name: "Enter a rate…" }).click();
    const dialog = priya.getByRole("dialog");
    await dialog.getByLabel("Currency").fill("USD");
    await dialog.getByLabel("Rate").fill("83.125");
    await dialog.getByLabel("Source").fill("Bank list");
    await dialog.getByRole("button", { name: "Propose" }).click();
    await priya.getByRole("status").filter({ hasText: "Proposed." }).waitFor();
    await approve(tom, /Rate of exchange USD/);
    await priya.goto("/staff/ledger/currencies?tab=rates");
    await priya.getByRole("row", { name: /USD.*83\.125/ }).waitFor();
    await look(priya, "f1-rates");
    await priya.getByRole("link", { name: "Consolidated", exact: true }).click();
    await priya.getByText("In its currencies").waitFor();
    await look(priya, "f1-consolidated");
  });

  it("the journal leaves as a file for ledger-cli and as CSV", async () => {
    await priya.goto("/staff/ledger");
    for (const [link, pattern] of [["ledger-cli", /^2026-01-01/m], ["CSV", /bank_charges/]] as const) {
      const [file] = await Promise.all([priya.waitForEvent("download"), priya.getByRole("link", { name: link, exact: true }).click()]);
      assert.ok(pattern.test(readFileSync(await file.path(), "utf8")), `${link} has what was posted`);
    }
  });

  it("a collector takes the next case, breaks no rule, and takes a promise by keys alone", async () => {
    const omar = await stage.staff("collector");
    await omar.goto("/staff/collections?filter=state:eq:open");
    await omar.getByRole("row").nth(1).waitFor();
    await look(omar, "c1-queue");
    await omar.keyboard.press(".");
    await omar.getByText("Record a contact").waitFor();
    await omar.getByText("With Omar Haddad").waitFor();
    const caseUrl = omar.url();
    await omar.keyboard.press("2");
    assert.ok(await omar.getByRole("radio", { name: /No answer/ }).isChecked());
    await omar.getByRole("button", { name: "Record", exact: true }).click();
    // The form offers the first channel that is allowed at this hour; at night that is not a call.
    await omar.getByText(/^\S+: No answer/).first().waitFor();
    await omar.keyboard.press("1");
    await omar.getByLabel("Promised amount").waitFor();
    await omar.getByLabel("By", { exact: false }).last().fill("2026-04-02");
    await omar.getByLabel("Note").fill("Salary comes tomorrow.");
    await look(omar, "c1-promise");
    await omar.getByRole("button", { name: "Record", exact: true }).click();
    await omar.getByRole("row", { name: /2 Apr 2026.*Open/ }).waitFor();

    const clock = await stage.staff("operations");
    await clock.goto("/staff/clock");
    await clock.getByLabel("Until").fill("2026-04-05");
    await clock.getByRole("button", { name: "Go", exact: true }).click();
    await clock.getByText(/the books are on 5 Apr 2026/).waitFor({ timeout: 60_000 });
    await clock.context().close();
    await omar.goto(caseUrl);
    await omar.getByRole("row", { name: /2 Apr 2026.*Broken/ }).waitFor();
    await omar.getByText("Promise broken").waitFor();
    await look(omar, "c1-broken");

    const loan = (await omar.getByRole("link", { name: /^LN\d+$/ }).getAttribute("href")) ?? "";
    const overdue = await omar.getByRole("term").filter({ hasText: "Overdue" }).locator("xpath=following-sibling::dd").innerText();
    await omar.keyboard.press("1");
    await omar.getByLabel("By", { exact: false }).last().fill("2026-04-08");
    await omar.getByRole("button", { name: "Record", exact: true }).click();
    await omar.getByRole("row", { name: /8 Apr 2026.*Open/ }).waitFor();
    const grace = await stage.staff("servicing");
    await grace.goto(`${loan}/repayments/new`);
    await grace.getByLabel("Amount").fill(overdue.replace(/[₹]/g, ""));
    await grace.getByText("Journal it posts").waitFor();
    await grace.getByRole("button", { name: "Post the payment" }).click();
    await grace.getByText("Posted.").waitFor();
    await grace.context().close();
    await omar.waitForTimeout(1500);
    await omar.goto(caseUrl);
    await omar.getByRole("row", { name: /8 Apr 2026.*Kept/ }).waitFor();
    await omar.getByRole("heading", { name: /^Promises: \d of \d kept$/ }).waitFor();
    await look(omar, "c1-kept");
    await omar.context().close();
  });

  it("each desk fits a phone in the dark, and says which permission is missing to whom it is shut", async () => {
    const page = await stage.staff("finance", { size: PHONE, scheme: "dark" });
    for (const [path, name] of [["/staff/ledger", "f1-trial-balance-dark"], ["/staff/ledger/journal", "f1-journal-dark"], ["/staff/ledger/entries/new", "f1-manual-dark"], ["/staff/ledger/close", "f2-close-desk-dark"], ["/staff/ledger/statements", "f1-statements-dark"], ["/staff/ledger/cash", "f6-cash-dark"], ["/staff/ledger/currencies", "f1-currencies-dark"]] as const) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await look(page, name);
    }
    await page.context().close();
    const collector = await stage.staff("collector", { size: DESKTOP });
    await collector.goto("/staff/ledger/journal");
    await collector.getByText("This needs the permission ledger.entry.read.").waitFor();
    await look(collector, "f1-forbidden");
    await collector.context().close();
  });
});
