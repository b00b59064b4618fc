import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { stepsInTurn } from "#app/testing/steps.ts";
import { applyAsBorrower, type Applicant } from "./borrower-steps.ts";
import { DESKTOP, PHONE, applicant, look, openStage, type Page, type Stage } from "./support.ts";

/** One loan, from a phone to the last payment, by the people who would really do it. */
describe("the life of a loan in the browser", { concurrency: false }, () => {
  let stage: Stage;
  let borrower: Page;
  let person: Applicant;
  let application = "";
  let loan = "";
  before(async () => {
    stage = await openStage();
    person = applicant();
    borrower = await stage.visitor({ size: PHONE });
  });
  after(async () => stage?.close());

  const step = stepsInTurn(200_000, "fail");

  step("a borrower learns the cost, applies on a phone and hands in", async () => {
    await applyAsBorrower(stage, borrower, person, { pictures: true });
    application = /applications\/(app_\w+)/.exec(borrower.url())?.[1] ?? "";
    assert.notEqual(application, "");
    await borrower.getByRole("button", { name: "See the offer" }).waitFor({ timeout: 30_000 });
    await look(borrower, "b3-tracker");
  });

  step("papers go in as photos", async () => {
    await borrower.getByRole("link", { name: "Add papers" }).click();
    const photo = await borrower.screenshot();
    for (const paper of ["Proof of identity", "Proof of income"]) {
      const card = borrower.getByRole("region", { name: paper });
      await card.getByLabel("Choose a file").setInputFiles({ name: "photo.png", mimeType: "image/png", buffer: photo });
      await card.getByText("We are looking at it").waitFor();
    }
    await look(borrower, "b4-documents");
  });

  step("a file that is not what it claims is refused in words", async () => {
    const card = borrower.getByRole("region", { name: "Proof of income" });
    await card.getByLabel("Choose a file").setInputFiles({ name: "invoice.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ this is a program") });
    await borrower.getByRole("alert").waitFor();
  });

  step("somebody at the lender looks at the papers and accepts them", async () => {
    const page = await stage.staff("operations");
    await page.goto(`/staff/applications/${application}`);
    await page.getByRole("button", { name: "Accept", exact: true }).first().waitFor();
    await look(page, "l2-application");
    await page.getByRole("button", { name: "Accept", exact: true }).first().click();
    await page.getByText("Met", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await page.getByText("Met", { exact: true }).nth(1).waitFor();
    await page.context().close();
  });

  step("the offer is taken and the agreement signed with a code", async () => {
    await borrower.goto(`/borrower/applications/${application}/offers`);
    await borrower.getByRole("button", { name: "Take this offer" }).waitFor();
    await look(borrower, "b5-offer");
    await borrower.getByRole("button", { name: "Take this offer" }).click();
    await borrower.getByLabel("I have read the agreement and the key facts.").check();
    await borrower.getByLabel(/I agree to sign electronically/).check();
    await look(borrower, "b6-sign");
    await borrower.getByRole("button", { name: "Send me the signing code" }).click();
    await borrower.getByLabel("Six digits").fill(await stage.code(person.phone));
    await borrower.getByRole("button", { name: "Sign", exact: true }).click();
    await borrower.getByText("Kept as evidence").waitFor();
    await look(borrower, "b6-signed");
  });

  step("one officer proposes the payout and another releases it", async () => {
    const operations = await stage.staff("operations");
    await operations.goto("/staff/funding");
    await operations.getByRole("button", { name: "Propose…" }).click();
    await operations.getByRole("button", { name: "Propose the payout" }).click();
    await operations.getByRole("button", { name: "Release…" }).waitFor();
    await look(operations, "o1-funding");
    const funding = await stage.staff("funding");
    await funding.goto("/staff/funding");
    await funding.getByRole("button", { name: "Release…" }).click();
    await funding.getByRole("button", { name: "Approve", exact: true }).click();
    await funding.getByText("No signed loan waits for its payout.").waitFor();
    await operations.goto(`/staff/applications/${application}`);
    const link = operations.getByRole("link", { name: /^LN\d{8}$/ });
    await link.waitFor();
    loan = /la_\w+/.exec((await link.getAttribute("href")) ?? "")?.[0] ?? "";
    assert.notEqual(loan, "");
    await operations.context().close();
    await funding.context().close();
  });

  step("a payment is posted with its effect in sight first", async () => {
    const page = await stage.staff("servicing");
    await page.goto("/staff/loans");
    await page.getByRole("link", { name: /^LN\d{8}$/ }).waitFor();
    await look(page, "v1-loans");
    await page.goto(`/staff/loans/${loan}`);
    await page.getByText("Terms agreed").waitFor();
    await look(page, "v2-overview");
    for (const tab of ["Schedule", "Transactions", "Charges", "Accruals", "GL", "Documents", "Timeline"]) {
      await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: tab, exact: true }).click();
      await page.waitForLoadState("networkidle");
      await look(page, `v2-${tab.toLowerCase()}`);
    }
    await page.goto(`/staff/loans/${loan}/repayments/new`);
    await page.getByLabel("Amount").fill("5k");
    await page.getByText("Journal it posts").waitFor();
    await look(page, "v3-post-payment");
    await page.getByRole("button", { name: "Post the payment" }).click();
    await page.getByText("Posted.").waitFor();
    await page.goto(`/staff/loans/${loan}/payoff`);
    await page.getByRole("button", { name: "Make the quote" }).click();
    await page.getByText("Each day later adds").waitFor();
    await look(page, "v4-payoff");
    await page.context().close();
  });

  step("the borrower sees the loan, its schedule and what more would save", async () => {
    await borrower.goto(`/borrower/loans/${loan}`);
    await borrower.getByText("Left to pay back").waitFor();
    await look(borrower, "b7-loan");
    await borrower.goto(`/borrower/loans/${loan}/schedule`);
    await borrower.getByRole("link", { name: "Statement of account (PDF)" }).waitFor();
    await look(borrower, "b8-schedule");
    await borrower.goto(`/borrower/loans/${loan}/payoff`);
    await borrower.getByLabel("How much?").fill("20000");
    await borrower.getByRole("button", { name: "What would it save?" }).click();
    await borrower.getByText("With the extra payment").waitFor();
    await look(borrower, "b9-what-if");
  });

  step("the borrower pays on the bank's own page and comes back to see it", async () => {
    await borrower.goto(`/borrower/loans/${loan}/pay`);
    await borrower.getByLabel("How much?").fill("1000");
    await look(borrower, "b7-pay");
    await borrower.getByRole("button", { name: "Go to the bank's payment page" }).click();
    await borrower.getByRole("button", { name: /^Pay / }).first().click();
    await borrower.getByRole("heading", { name: "Your payment" }).waitFor();
    await look(borrower, "b7-back");
    await borrower.getByText("It has arrived and is in your account.").waitFor({ timeout: 30_000 });
    await look(borrower, "b7-paid");
  });

  step("months later it is behind, and a collector takes a promise", async () => {
    const clock = await stage.staff("operations");
    await clock.goto("/staff/clock");
    await clock.getByLabel("Until").fill("2026-03-20");
    await clock.getByRole("button", { name: "Go", exact: true }).click();
    await clock.getByText(/the books are on 20 Mar 2026/).waitFor({ timeout: 120_000 });
    await look(clock, "x4-clock");
    await clock.goto("/staff/end-of-day");
    await clock.getByText("Closed through").waitFor();
    await look(clock, "o5-end-of-day");
    await clock.context().close();
    const collector = await stage.staff("collector");
    await collector.goto("/staff/collections");
    await collector.getByRole("button", { name: "Take the next case" }).click();
    await collector.getByText("Record a contact").waitFor();
    await collector.keyboard.press("1");
    await collector.getByLabel("Promised amount").waitFor();
    await look(collector, "c1-case");
    await collector.getByLabel("Note").fill("Salary comes on Monday.");
    await collector.getByRole("button", { name: "Record", exact: true }).click();
    await collector.getByRole("row", { name: /Open/ }).waitFor();
    await collector.getByText(/: Promised$/).waitFor();
    await collector.context().close();
  });

  it("every other desk opens on phone and desktop, light and dark, without faults", { timeout: 200_000 }, async () => {
    const desks: readonly (readonly [string, readonly string[]])[] = [
      ["finance", ["/staff/ledger", "/staff/ledger/journal", "/staff/bank", "/staff/portfolio"]], ["auditor", ["/staff/audit", "/staff/approvals"]], ["product", ["/staff/products"]], ["admin", ["/staff/users"]], ["underwriter", ["/staff/", "/staff/underwriting", `/staff/applications/${application}/workbench`]],
    ];
    for (const [login, paths] of desks) {
      for (const [size, scheme] of [[DESKTOP, "light"], [PHONE, "dark"]] as const) {
        const page = await stage.staff(login, { size, scheme });
        for (const path of paths) {
          await page.goto(path);
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForLoadState("networkidle");
          await look(page, `staff${path.replaceAll(/[^a-z]+/g, "-").replace(/-app-.*-workbench/, "-workbench")}-${scheme}`);
        }
        await page.context().close();
      }
    }
  });
});
