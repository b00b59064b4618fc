import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { applyAsBorrower } from "./borrower-steps.ts";
import { DESKTOP, PHONE, applicant, look, openStage, type Stage } from "./support.ts";

/** The desks that the life of one good loan does not pass: a referred case, products, users, keys, the other language. */
describe("the desks", { concurrency: false }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(async () => stage?.close());

  it("a referred case is taken from the queue, weighed on the workbench and decided by a person", async () => {
    const borrower = await stage.visitor();
    await applyAsBorrower(stage, borrower, applicant(false));
    await borrower.getByRole("heading", { name: "A person is looking at it" }).waitFor({ timeout: 30_000 });
    await look(borrower, "b3-referred");
    const page = await stage.staff("underwriter");
    await page.goto("/staff/underwriting");
    await page.getByRole("row", { name: /Asha Prime/ }).waitFor();
    await look(page, "u1-queue");
    await page.keyboard.press(".");
    await page.getByRole("heading", { name: "Decision", exact: true }).waitFor();
    await look(page, "u2-workbench");
    await page.getByRole("button", { name: "What would the policy say?" }).click();
    await page.getByRole("status").filter({ hasText: "Left each month" }).waitFor();
    await page.getByLabel("Why").fill("Income proved by salary slips; the account is in good order.");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Checks and decisions" }).click();
    await page.getByRole("link", { name: "Trace" }).last().click();
    await page.getByRole("heading", { name: "Decision trace" }).waitFor();
    await look(page, "u3-trace");
    await borrower.getByRole("button", { name: "See the offer" }).waitFor({ timeout: 30_000 });
    await page.context().close();
    await borrower.context().close();
  });

  it("staff search before they enter somebody, and fill in the product's own form", async () => {
    const page = await stage.staff("officer");
    await page.goto("/staff/applications/new");
    await page.getByLabel("Name").fill("Nobody Known");
    await page.getByText("Nobody of this name is known.").waitFor();
    await page.getByLabel("Amount").fill("1.5L");
    await page.getByText("one lakh fifty thousand").waitFor();
    await look(page, "l3-search");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByLabel("Given names").fill("Ravi");
    await look(page, "l3-form");
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /Family name/i);
    await page.context().close();
  });

  it("a product is cloned, changed, tried on an example and sent to a second person", async () => {
    const page = await stage.staff("product");
    await page.goto("/staff/products");
    await page.getByRole("row", { name: /Personal loan/ }).click();
    await page.getByText("Total paid").waitFor();
    await look(page, "p1-version");
    await page.getByRole("button", { name: "Clone" }).click();
    await page.getByRole("button", { name: "Save draft" }).waitFor();
    await page.getByLabel("pricing offerDays").fill("21");
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.getByRole("cell", { name: /offerDays/ }).waitFor();
    await look(page, "p1-draft");
    await page.getByRole("button", { name: "Publish…" }).click();
    await page.getByRole("button", { name: "Ask for publication" }).click();
    await page.goto("/staff/approvals");
    await page.getByText("You asked for this, so somebody else decides.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Decide…" }).count(), 0, "nobody approves their own request");
    const credit = await stage.staff("credit");
    await credit.goto("/staff/approvals");
    await credit.getByRole("button", { name: "Decide…" }).click();
    await look(credit, "u8-decide");
    await credit.getByRole("button", { name: "Approve", exact: true }).click();
    await credit.getByRole("row", { name: /version 2.*Approved/ }).waitFor();
    await page.context().close();
    await credit.context().close();
  });

  it("the console is found by keys alone: palette, shortcuts, list", async () => {
    const page = await stage.staff("auditor");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Command palette" }).fill("audit");
    await look(page, "palette");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
    await page.getByRole("row").nth(2).waitFor();
    await page.locator("body").click({ position: { x: 700, y: 60 } });
    await page.keyboard.press("j");
    await page.keyboard.press("Space");
    await page.getByRole("dialog").getByText("Link hash").waitFor();
    await look(page, "a1-peek");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await look(page, "shortcuts");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "+ Filter" }).click();
    await page.getByLabel("Column").selectOption("action");
    await page.getByLabel("Value").fill("session");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: /What contains session/ }).waitFor();
    assert.match(page.url(), /filter=action%3Ahas%3Asession/, "the address is the view");
    await page.context().close();
  });

  it("a role sees its own places, and a forbidden one says so", async () => {
    const page = await stage.staff("collector");
    assert.equal(await page.getByRole("link", { name: "Trial balance" }).count(), 0);
    await page.goto("/staff/ledger");
    await page.getByText("Your role does not show this").waitFor();
    await page.goto("/staff/nowhere");
    await page.getByText("There is no screen at this address.").waitFor();
    await page.context().close();
  });

  it("Hindi and the other lender: words by the reader, currency by the loan", async () => {
    const hindi = await stage.visitor({ language: "hi", scheme: "dark" });
    await hindi.goto("/?lender=bharat");
    await hindi.getByText("कुल चुकाएँगे").waitFor();
    assert.match(await hindi.locator("main").innerText(), /₹2,00,000/, "Indian grouping");
    await look(hindi, "b1-hindi-dark");
    const staff = await stage.staff("officer", { size: PHONE, scheme: "dark" });
    await staff.getByRole("button", { name: /language, appearance/ }).click();
    await staff.getByLabel("हिन्दी").click();
    await staff.getByRole("dialog").getByText("भाषा").waitFor();
    await look(staff, "shell-hindi-dark");
    const american = await stage.visitor({ lender: "prairie", size: DESKTOP });
    await american.goto("/?lender=prairie");
    await american.getByText("You pay back in all").waitFor();
    assert.match(await american.locator("main").innerText(), /\$10,000/);
    await look(american, "b1-prairie");
  });
});
