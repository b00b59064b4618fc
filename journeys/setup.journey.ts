import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { generateSync } from "otplib";
import { DEMO_PASSWORD } from "#app/seed.ts";
import { DESKTOP, PHONE, look, openStage, type Page, type Stage } from "./support.ts";

/** Users, programs, branches, authenticators, products and end of day, as the people who look after them do it. */
describe("setting up", { concurrency: false }, () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(async () => stage?.close());

  it("an administrator makes a user; a pair of roles that allows a fraud is refused next to the roles", async () => {
    const page = await stage.staff("admin");
    await page.goto("/staff/users");
    await page.getByRole("button", { name: "New user" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name").fill("Nila Rao");
    await form.getByLabel("E-mail").fill("nila@bharat.example");
    await form.getByLabel("First password").fill(DEMO_PASSWORD);
    await form.getByLabel("Operations officer").check();
    await form.getByLabel("Funding officer").check();
    await form.getByRole("button", { name: "Make the user" }).click();
    await form.getByRole("group", { name: "Roles" }).getByText("one person could prepare and release a payout").waitFor();
    await look(page, "p4-toxic");
    await form.getByLabel("Funding officer").uncheck();
    await form.getByLabel("Largest amount").fill("5L");
    await form.getByLabel("Branch").selectOption({ label: "Pune Camp" });
    await form.getByRole("button", { name: "Make the user" }).click();
    await page.getByRole("row", { name: /Nila Rao.*Operations officer.*Pune Camp.*₹5,00,000/ }).waitFor();
    await look(page, "p4-users");
    await page.context().close();
  });

  it("two administrators change one user at once: the second sees both versions and chooses", async () => {
    const first = await stage.staff("admin");
    const second = await stage.staff("admin");
    for (const page of [first, second]) {
      await page.goto("/staff/users?q=nila");
      await page.getByRole("row", { name: /Nila Rao/ }).getByRole("button", { name: "Change" }).click();
    }
    await first.getByRole("dialog").getByLabel("Servicing agent").check();
    await first.getByRole("button", { name: "Save", exact: true }).click();
    await first.getByRole("row", { name: /Nila Rao.*Servicing agent/ }).waitFor();
    await second.getByRole("dialog").getByLabel("Largest amount").fill("7L");
    await second.getByRole("button", { name: "Save", exact: true }).click();
    await second.getByRole("row", { name: /Roles Operations officer Operations officer, Servicing agent/ }).waitFor();
    await look(second, "p4-conflict");
    await second.getByRole("button", { name: "Store mine instead" }).click();
    await second.getByRole("row", { name: /Nila Rao.*₹7,00,000/ }).waitFor();
    await first.context().close();
    await second.context().close();
  });

  it("an authenticator counts once it has shown a right code, and is then asked for at sign-in", async () => {
    const page = await stage.visitor({ size: DESKTOP });
    await signIn(page);
    await page.locator("#content").waitFor();
    await page.goto("/staff/security");
    await page.getByRole("button", { name: "Set up an authenticator" }).click();
    const secret = (await page.getByLabel("Secret").inputValue()).replaceAll(" ", "");
    await page.getByLabel("The six digits").fill("000000");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByRole("alert").waitFor();
    await look(page, "p4-authenticator");
    await page.getByLabel("The six digits").fill(generateSync({ secret }));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Done. From your next sign-in").waitFor();
    await page.context().clearCookies();
    await signIn(page);
    await page.getByLabel("Code from your authenticator").fill(generateSync({ secret }));
    await look(page, "sign-in-code");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.locator("#content").waitFor();
    await page.context().close();
  });

  it("a program's secret is shown once, the program can be stopped; a branch's code is taken once", async () => {
    const page = await stage.staff("admin");
    await page.goto("/staff/users?tab=clients");
    await page.getByRole("button", { name: "New API client" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Dealer link");
    await page.getByRole("dialog").getByLabel("Sales agent").check();
    await page.getByRole("button", { name: "Make the client" }).click();
    const secret = await page.getByLabel("Client secret").inputValue();
    assert.ok(secret.length >= 32, "a secret nobody guesses");
    await look(page, "p4-secret");
    await page.getByRole("button", { name: "I have kept it" }).click();
    assert.equal(await page.getByText(secret).count(), 0, "it is not shown again");
    await page.getByRole("button", { name: "Stop…" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The contract ended.");
    await page.getByRole("button", { name: "Stop it now" }).click();
    await page.getByRole("row", { name: /Dealer link.*Disabled/ }).waitFor();
    await page.getByRole("link", { name: "Branches" }).click();
    await page.getByRole("button", { name: "New branch" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name").fill("Nagpur");
    await form.getByLabel("Code").fill("PUN");
    await form.getByLabel("Region").fill("MH");
    await form.getByRole("button", { name: "Open the branch" }).click();
    await form.getByText("Another branch has this code").first().waitFor();
    await form.getByLabel("Code").fill("NGP");
    await form.getByRole("button", { name: "Open the branch" }).click();
    await page.getByRole("row", { name: /Nagpur/ }).waitFor();
    await look(page, "p4-branches");
    await page.context().close();
  });

  it("two editors of a product's draft see both, its publication is asked for, withdrawn, turned down with a reason, and approved by a second person for a later day", async () => {
    const page = await stage.staff("product");
    await page.goto("/staff/products");
    await page.getByRole("row", { name: /Personal loan/ }).click();
    await page.getByRole("button", { name: "Clone" }).click();
    await page.getByLabel("pricing offerDays").fill("21");
    const other = await stage.staff("product");
    await other.goto(page.url());
    await other.getByLabel("pricing offerDays").fill("30");
    await other.getByRole("button", { name: "Save draft" }).click();
    await other.getByRole("cell", { name: /offerDays/ }).waitFor();
    await other.context().close();
    await page.getByRole("button", { name: "Save draft" }).click();
    await page.getByRole("row", { name: /pricing.offerDays 21 30/ }).waitFor();
    await look(page, "p1-conflict");
    await page.getByRole("button", { name: "Store mine instead" }).click();
    await page.getByRole("region", { name: "Differences" }).getByRole("cell", { name: "21", exact: true }).waitFor();
    await askForPublication(page, "2026-02-01");
    await page.goto("/staff/approvals");
    await page.getByText("You asked for this, so somebody else decides.").waitFor();
    await page.getByRole("button", { name: "Withdraw…" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("One more figure first.");
    await look(page, "u8-withdraw");
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
    await page.getByRole("row", { name: /Withdrawn/ }).waitFor();
    await page.goto("/staff/products?filter=state:eq:draft");
    await page.getByRole("row", { name: /Draft/ }).click();
    await askForPublication(page, "2026-03-01");
    const credit = await stage.staff("credit", { size: PHONE, scheme: "dark" });
    await credit.goto("/staff/approvals?filter=state:eq:waiting");
    await look(credit, "u8-approvals-dark");
    await credit.getByRole("button", { name: "Decide…" }).click();
    assert.ok(await credit.getByRole("button", { name: "Reject" }).isDisabled(), "not without a reason");
    await credit.getByLabel("Reason").fill("Offers of 21 days need a word with risk.");
    await credit.getByRole("button", { name: "Reject" }).click();
    await credit.getByRole("button", { name: "Decide…" }).waitFor({ state: "detached" });
    await page.goto("/staff/approvals");
    await page.getByRole("row", { name: /Rejected Daniel Okafor Offers of 21 days need a word with risk\./ }).waitFor();
    await page.goto("/staff/products?filter=state:eq:draft");
    await page.getByRole("row", { name: /Draft/ }).click();
    await askForPublication(page, "2026-03-01");
    await credit.reload();
    await credit.getByRole("button", { name: "Decide…" }).click();
    await credit.getByRole("button", { name: "Approve", exact: true }).click();
    await credit.getByRole("button", { name: "Decide…" }).waitFor({ state: "detached" });
    await page.goto("/staff/products");
    await page.getByRole("row", { name: /Published.*1 Mar 2026/ }).waitFor();
    await page.context().close();
    await credit.context().close();
  });

  it("a draft keeps a cash book beside its own: a rule that does not balance is told with its example, then every entry of an example loan is read in each book", async () => {
    const page = await stage.staff("product");
    await page.goto("/staff/products");
    await page.getByRole("row", { name: /Personal loan/ }).first().click();
    await page.getByRole("button", { name: "Clone" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await saveWith(page, (rules) => ({ ...rules, charge_off: { ...rules["charge_off"], "credit.penalty": undefined } }));
    await page.getByText(/In the management book: Not balanced\. Example: Dr charge_off_expense 1120\.00/).waitFor();
    await look(page, "p1-unbalanced");
    await page.getByRole("link", { name: "Entries" }).click();
    await page.getByText("The posting rules do not give entries").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await saveWith(page, (rules) => rules);
    await page.getByRole("link", { name: "Entries" }).click();
    await page.getByRole("row", { name: /Charged off/ }).first().waitFor();
    await look(page, "p1-entries");
    await page.getByLabel("Book").selectOption("Management");
    await page.getByText("Cash", { exact: true }).waitFor();
    await page.getByLabel("How it ends").selectOption("Paid off, something given back");
    await page.getByRole("row", { name: /Refunded/ }).first().waitFor();
    assert.equal(await page.getByRole("cell", { name: "Interest receivable" }).count(), 0, "a cash book has no interest receivable");
    const small = await stage.staff("product", { size: PHONE, scheme: "dark" });
    await small.goto(page.url());
    await small.getByRole("row", { name: /Refunded/ }).first().waitFor();
    await look(small, "p1-entries-dark");
    await small.context().close();
    await page.context().close();
  });

  it("end of day is closed after a word of warning, and each step says what it does and how long it took", async () => {
    const page = await stage.staff("operations");
    await page.goto("/staff/end-of-day");
    await page.getByRole("button", { name: "Close 1 Jan 2026…" }).click();
    await page.getByText("A closed day is not opened again.").waitFor();
    await page.getByRole("button", { name: "Close the day" }).click();
    await page.getByRole("button", { name: "Close 2 Jan 2026…" }).waitFor();
    await page.getByRole("row", { name: /The books are proved Done/ }).waitFor();
    await look(page, "o5-closed");
    await page.context().close();
  });

  it("a list is filtered, kept as a view, and taken away as CSV", async () => {
    const page = await stage.staff("admin");
    await page.goto("/staff/users");
    await page.getByRole("button", { name: "+ Filter" }).click();
    await page.getByLabel("Column").selectOption("status");
    await page.getByLabel("Value").selectOption("active");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "Save view…" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Active people");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const view = page.getByRole("button", { name: "Active people", exact: true });
    await view.waitFor();
    await page.goto("/staff/users");
    await view.click();
    await page.waitForURL(/filter=status%3Aeq%3Aactive/);
    const csv = await page.request.get((await page.getByRole("link", { name: "CSV" }).getAttribute("href")) ?? "");
    assert.match(await csv.text(), /nila@bharat\.example/);
    await page.getByRole("button", { name: "Delete the view Active people" }).click();
    await view.waitFor({ state: "detached" });
    await page.context().close();
  });
});

async function signIn(page: Page): Promise<void> {
  await page.goto("/staff/");
  await page.getByLabel("Lender").fill("bharat");
  await page.getByLabel("E-mail").fill("nila@bharat.example");
  await page.getByLabel("Password", { exact: false }).first().fill(DEMO_PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Stores the draft with a management book on the cash basis, whose rules are those of the product as `change` makes them. */
async function saveWith(page: Page, change: (rules: Record<string, Record<string, string | undefined>>) => object): Promise<void> {
  await page.getByRole("button", { name: "Edit as text" }).click();
  const text = page.getByRole("textbox", { name: "Whole definition" });
  const definition = JSON.parse(await text.inputValue());
  const { interest_earned: _earned, ...rules } = definition.postingRules;
  const cash = { ...rules, repayment: { ...rules.repayment, "credit.interest": "interest_income" } };
  await text.fill(JSON.stringify({ ...definition, books: [{ book: "management", basis: "cash", postingRules: change(cash) }] }));
  await page.getByRole("button", { name: "Take over" }).click();
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
}

async function askForPublication(page: Page, day: string): Promise<void> {
  await page.getByRole("button", { name: "Publish…" }).click();
  await page.getByLabel("Effective from").fill(day);
  await page.getByRole("button", { name: "Ask for publication" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}
