import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { fillForm } from "./borrower-steps.ts";
import { PICTURE, pdfPaper } from "./papers.ts";
import { PHONE, applicant, look, openStage, type Page, type Stage } from "./support.ts";

/** A case that staff take in for a borrower: from the search for the person to a payout the bank refuses once and takes the second time. */
describe("a case taken in by staff", { concurrency: false }, () => {
  let stage: Stage;
  let caseAt = "";
  const person = applicant(false);
  before(async () => {
    stage = await openStage();
  });
  after(async () => stage?.close());

  it("the officer searches, fills in page by page, checks the answers with the applicant, takes the consents and hands in", async () => {
    const page = await stage.staff("officer");
    await page.goto("/staff/applications/new");
    await page.getByLabel("Name").fill("Asha Pri");
    await page.getByText("Nobody of this name is known.").waitFor();
    await page.getByLabel("Amount").fill("4.5L");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await fillForm(page, person, async (name) => { if (name === "b2-contact") await look(page, "l3-address"); });
    await page.getByRole("heading", { name: "Check the answers with the applicant" }).waitFor();
    assert.ok(await page.getByRole("button", { name: "Hand in" }).isDisabled(), "not without the consents");
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await look(page, "l3-check-answers");
    await page.getByRole("button", { name: "Hand in" }).click();
    await page.getByText("Proof of identity").waitFor();
    caseAt = new URL(page.url()).pathname;
    await page.context().close();
  });

  it("papers are added, one is asked for besides, one is refused and one waived with a reason, and each is shown as it is", async () => {
    const page = await stage.staff("officer");
    await page.goto(caseAt);
    const paper = (name: string) => page.locator(".requirement").filter({ hasText: name });
    await paper("Proof of identity").locator("input[type=file]").setInputFiles({ name: "pan.png", mimeType: "image/png", buffer: PICTURE });
    await paper("Proof of identity").getByText("In review").waitFor();
    await paper("Proof of income").locator("input[type=file]").setInputFiles({ name: "slip.pdf", mimeType: "application/pdf", buffer: pdfPaper(["Salary slip", "Net 71,300.00"]) });
    await paper("Proof of income").getByText("In review").waitFor();
    await page.getByRole("button", { name: "Ask for…" }).click();
    await page.getByLabel("Its name").fill("Rent agreement");
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await paper("Rent agreement").getByRole("button", { name: "Waive" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("Own house, seen.");
    await page.getByRole("dialog").getByRole("button", { name: "Waive" }).click();
    await paper("Rent agreement").getByText("Waived").waitFor();
    await paper("Proof of income").getByRole("button", { name: "Refuse" }).click();
    await page.getByLabel("What the applicant should send").fill("The slip of the last month, please.");
    await page.getByRole("dialog").getByRole("button", { name: "Refuse" }).click();
    await paper("Proof of income").getByText("“The slip of the last month, please.”").waitFor();
    await paper("Proof of identity").getByRole("button", { name: "Accept" }).click();
    await paper("Proof of identity").getByText("Met", { exact: true }).waitFor();
    await page.getByRole("img", { name: "Salary slip, page 1 of 1" }).waitFor();
    await look(page, "l2-papers");
    await page.context().close();
  });

  it("the underwriter sees papers beside figures, learns which rule stops a cheap rate, and declines with reasons in a letter", async () => {
    const page = await stage.staff("underwriter");
    await page.goto("/staff/underwriting");
    await page.getByRole("row", { name: /Asha Prime/ }).waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Take the next case" }).click();
    await page.getByRole("img", { name: "Salary slip, page 1 of 1" }).waitFor();
    await look(page, "u2-papers-beside-figures");
    await page.getByRole("textbox", { name: "Yearly rate" }).fill("5");
    await page.getByLabel("Why", { exact: false }).fill("A good customer.");
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByText(/Your rule: underwriter up to 500000\.00 INR and within the policy's price\. It needs: credit manager\./).waitFor();
    await page.getByRole("button", { name: "Hand up…" }).waitFor();
    await page.getByLabel("Outcome").selectOption("decline");
    await page.getByRole("button", { name: "Decline", exact: true }).click();
    await page.waitForURL((url) => url.pathname === caseAt);
    await page.goto(`${caseAt}?tab=checks`);
    const letter = page.getByRole("row", { name: /Adverse action/ }).getByRole("button", { name: "Show" });
    // The letter is written by a job; it comes within a few looks.
    for (let looks = 0; looks < 20 && (await letter.count()) === 0; looks++) await page.reload({ waitUntil: "networkidle" });
    await letter.click();
    await page.getByRole("img", { name: "Decision letter, page 1 of 1" }).waitFor();
    await look(page, "u2-decline-letter");
    await page.context().close();
  });

  it("the credit manager takes the decline back by an override, and the trace keeps both decisions", async () => {
    const page = await stage.staff("credit");
    await page.goto(`${caseAt}/workbench`);
    await page.getByLabel("Outcome").selectOption("approve");
    await page.getByText("Approving it is an override").waitFor();
    await page.getByLabel("Why", { exact: false }).fill("Known since 2019; the account is proved by a cheque.");
    await page.getByRole("button", { name: "Approve by override" }).click();
    await page.waitForURL((url) => url.pathname === caseAt);
    await page.goto(`${caseAt}?tab=checks`);
    await page.getByRole("row", { name: /Approve.*Daniel Okafor.*Override/ }).getByRole("link", { name: "Trace" }).click();
    await page.getByRole("heading", { name: "Decision trace" }).waitFor();
    await look(page, "u3-override");
    await page.context().close();
    const officer = await stage.staff("officer");
    await officer.goto(caseAt);
    const income = officer.locator(".requirement").filter({ hasText: "Proof of income" });
    await income.getByRole("button", { name: "Accept" }).click();
    await income.getByText("Met", { exact: true }).waitFor();
    await officer.context().close();
  });

  it("the borrower accepts and signs; the payout waits for an account the bank knows, and for a second person", async () => {
    await sign(stage, person.phone, caseAt.split("/").at(-1) ?? "");
    const page = await stage.staff("operations");
    await page.goto("/staff/funding");
    await page.getByRole("button", { name: "Propose…" }).click();
    await page.getByRole("button", { name: "Propose the payout" }).click();
    await page.getByText("The payout account is not confirmed as the applicant's.").waitFor();
    // Accounts that end in 0008 are taken by the sandbox bank and turned down two days later.
    await otherAccount(page, "HDFC0001234/50100120000008");
    await page.getByRole("button", { name: "Propose the payout" }).click();
    await page.getByRole("button", { name: "Release…" }).click();
    await page.getByText("You proposed this payout, so somebody else must release it").waitFor();
    await look(page, "o1-own");
    await page.context().close();
    await release(stage);
  });

  it("the bank refuses it two days later; another account is written, and the loan is paid again", async () => {
    const page = await stage.staff("operations");
    await page.goto("/staff/payouts");
    await page.getByRole("row", { name: /Asha Prime.*Sent/ }).waitFor({ timeout: 20_000 });
    await look(page, "o2-sent");
    await page.goto("/staff/clock");
    await page.getByLabel("Until").fill("2026-01-05");
    await page.getByRole("button", { name: "Go", exact: true }).click();
    await page.getByText("4 days closed; the books are on 5 Jan 2026.").waitFor({ timeout: 30_000 });
    await page.goto("/staff/payouts");
    await page.getByRole("button", { name: "Fetch bank files" }).click();
    await page.getByRole("row", { name: /Asha Prime.*Rejected.*MS03: the bank gave no reason/ }).waitFor({ timeout: 20_000 });
    await look(page, "o2-rejected");
    await page.goto("/staff/funding");
    await page.getByRole("button", { name: "Propose…" }).click({ timeout: 20_000 });
    await page.getByText("The bank refused the payout").waitFor();
    await otherAccount(page, "HDFC0001234/501001234567");
    await page.getByRole("button", { name: "Propose the payout" }).click();
    await page.getByRole("button", { name: "Release…" }).waitFor();
    await release(stage);
    await page.goto("/staff/payouts");
    await page.getByRole("row", { name: /LN\d+-2.*Asha Prime.*Sent/ }).waitFor({ timeout: 20_000 });
    await page.goto("/staff/clock");
    await page.getByRole("button", { name: "One day" }).click();
    await page.getByText("One day closed; the books are on 6 Jan 2026.").waitFor({ timeout: 20_000 });
    await page.goto("/staff/payouts");
    await page.getByRole("row", { name: /LN\d+-2.*Asha Prime.*Settled/ }).waitFor({ timeout: 20_000 });
    await page.context().close();
  });

  it("a second application of the same person starts from what is known, and is withdrawn with a reason", async () => {
    const page = await stage.staff("officer", { size: PHONE, scheme: "dark" });
    await page.goto("/staff/applications/new");
    await page.getByLabel("Name").fill("Asha Pri");
    await page.getByRole("button", { name: "Apply for this person" }).first().click();
    await page.getByText("For Asha Prime, with what is known.").waitFor();
    await page.getByLabel("Amount").fill("15k");
    await look(page, "l3-known-dark");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.getByRole("heading", { name: "Work and income" }).waitFor();
    await page.getByRole("link", { name: "Whole case" }).click();
    await page.getByRole("button", { name: "Withdraw" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The applicant will wait.");
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByText("Withdrawn", { exact: true }).waitFor();
    await look(page, "l2-withdrawn-dark");
    await page.goto("/staff/applications");
    await page.getByRole("button", { name: "+ Filter" }).click();
    await page.getByLabel("Column").selectOption("amount");
    await page.getByLabel("Value").fill("15000.50");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("1 row", { exact: true }).waitFor();
    await page.getByRole("row", { name: /₹4,50,000\.00/ }).waitFor();
    await page.context().close();
  });
});

async function otherAccount(page: Page, account: string): Promise<void> {
  const form = page.locator("details").filter({ hasText: "Another account to pay into" });
  if ((await form.getAttribute("open")) === null) await form.locator("summary").click();
  await form.getByRole("textbox", { name: /^Account/ }).fill(account);
  await form.getByLabel("Reason").fill("From the cancelled cheque.");
  await form.getByRole("button", { name: "Check and use this account" }).click();
  await page.getByText("The bank confirms the account as the applicant's.").waitFor();
}

async function release(stage: Stage): Promise<void> {
  const page = await stage.staff("funding");
  await page.goto("/staff/funding");
  await page.getByRole("button", { name: "Release…" }).click();
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByText("No signed loan waits for its payout.").waitFor();
  await page.context().close();
}

/** The borrower's own acts, by the API their app uses; the pages themselves have journeys of their own. */
async function sign(stage: Stage, phone: string, applicationId: string): Promise<void> {
  let token = "";
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${stage.url}/v1${path}`, { method, headers: { "x-lender": "bharat", "idempotency-key": `${method}${path}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...(token === "" ? {} : { authorization: `Bearer ${token}` }) }, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${path}: ${text}`);
    return JSON.parse(text) as { codeId: string; token: string; documentSha256: string; offers: readonly { id: string; state: string }[] };
  };
  const { codeId } = await call("POST", "/borrower-codes", { channel: "sms", address: phone });
  token = (await call("POST", "/borrower-sign-ins", { codeId, code: await stage.code(phone) })).token;
  const { offers } = await call("GET", `/applications/${applicationId}`);
  await call("POST", `/applications/${applicationId}/offers/${offers.find((o) => o.state === "open")?.id ?? ""}/accept`, {});
  await call("GET", `/applications/${applicationId}/agreement`);
  const { documentSha256 } = await call("POST", `/applications/${applicationId}/agreement/codes`, {});
  await call("POST", `/applications/${applicationId}/agreement/sign`, { code: await stage.code(phone), documentSha256, consent: true });
}
