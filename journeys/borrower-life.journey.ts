import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { stepsInTurn } from "#app/testing/steps.ts";
import { staff } from "#app/testing/visitors.ts";
import { fillForm, type Applicant } from "./borrower-steps.ts";
import { PHONE, applicant, look, openStage, type Page, type Stage } from "./support.ts";

const HEIC = readFileSync(join(import.meta.dirname, "../src/modules/documents/domain/samples/photo.heic"));
/** Opens with a password that nobody here has: revision 2 with a check value that fits none. */
const LOCKED = Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n3 0 obj\n<< /Filter /Standard /V 1 /R 2 /O <${"ab".repeat(32)}> /U <${"cd".repeat(32)}> /P -4 >>\nendobj\ntrailer << /Root 1 0 R /Encrypt 3 0 R /ID [<00> <00>] >>\n%%EOF\n`);

/** One borrower's whole way on a phone of 360 px, from the cost to the closing letter; the lender's people act over HTTP. */
describe("a borrower's life on a phone", { concurrency: false }, () => {
  let stage: Stage;
  let page: Page;
  let person: Applicant;
  let application = "";
  let loan = "";
  before(async () => {
    stage = await openStage();
    person = applicant();
    page = await stage.visitor({ size: PHONE });
  });
  after(async () => stage?.close());

  const step = stepsInTurn(120_000, "fail");

  /** What the lender's people do meanwhile. */
  const officer = async <T = Record<string, unknown>>(login: string, method: "GET" | "POST", path: string, body?: object): Promise<T> => (await staff(stage, "bharat", login)).ok<T>(method, `/v1${path}`, body);

  /** The bytes a link brings, as the browser would save them. */
  async function saved(name: string | RegExp): Promise<Buffer> {
    const href = await page.getByRole("link", { name }).first().getAttribute("href");
    return (await page.request.get(href ?? "")).body();
  }
  const isPdf = (bytes: Buffer) => assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");

  step("the lender publishes a second product, and the page offers both", async () => {
    const { items } = await officer<{ items: { id: string; code: string }[] }>("product", "GET", "/product-versions?filter=state:eq:published");
    const { definition } = await officer<{ definition: { limits: object } }>("product", "GET", `/product-versions/${items[0]?.id}`);
    const made = await officer<{ productVersionId: string }>("product", "POST", "/products", { code: "small-loan", name: "Small loan", currency: "INR", definition: { ...definition, limits: { ...definition.limits, maximumAmount: "50000.00", terms: [3, 6, 9, 12] } } });
    const { approvalRequestId } = await officer<{ approvalRequestId: string }>("product", "POST", `/product-versions/${made.productVersionId}/publish`, { effectiveFrom: "2026-01-01" });
    await officer("credit", "POST", `/approval-requests/${approvalRequestId}/approve`, {});
    await page.goto("/?lender=bharat");
    await page.getByRole("group", { name: "Which loan?" }).getByLabel(/Small loan/).check();
    await page.getByLabel("How much do you need?").first().fill("3L");
    await page.getByText("From ₹5,000.00 to ₹50,000.00").first().waitFor();
    await page.getByRole("group", { name: "Which loan?" }).getByLabel(/Personal loan/).check();
    await page.getByLabel("How much do you need?").first().fill("1.5L");
    await page.getByText("one lakh fifty thousand").waitFor();
    await page.getByText("You pay back in all").waitFor();
    await look(page, "borrower-b1-eligibility");
    await page.getByRole("button", { name: "Show as table" }).click();
    await page.getByRole("table").waitFor();
    await page.getByRole("button", { name: "Show as chart" }).click();
  });

  step("signing in takes a code, and the draft opens", async () => {
    await page.getByRole("button", { name: "Apply for this loan" }).click();
    await page.getByLabel("Mobile number or e-mail").fill(person.phone);
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.getByLabel("Six digits").fill(await stage.code(person.phone));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Your application" }).waitFor();
    application = /applications\/(app_\w+)/.exec(page.url())?.[1] ?? "";
  });

  step("what is missing is named with a way to it, and a lost line or the back button loses nothing", async () => {
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Date of birth" }).click();
    assert.equal(await page.evaluate("document.activeElement.id"), "f-answers-birthDate");
    await look(page, "borrower-b2-faults");
    await page.getByLabel("Given names").fill("Asha K");
    await page.context().setOffline(true);
    await page.getByText("No connection. What you typed is kept", { exact: false }).waitFor();
    await page.context().setOffline(false);
    await page.goBack();
    await page.getByRole("heading", { name: "Your application" }).waitFor();
    await page.goForward();
    assert.equal(await page.getByLabel("Given names").inputValue(), "Asha K");
    await page.reload();
    assert.equal(await page.getByLabel("Given names").inputValue(), "Asha K");
  });

  step("the form is filled page by page, checked and handed in; another phone can go on by the link", async () => {
    await fillForm(page, person, async (name) => (name === "b2-work" ? look(page, `borrower-${name}`) : undefined));
    await page.getByRole("heading", { name: "Check your answers" }).waitFor();
    const other = await stage.visitor({ size: PHONE, scheme: "dark" });
    await other.goto(`/borrower/applications/${application}/apply`);
    await other.getByLabel("Mobile number or e-mail").fill(person.phone);
    await other.getByRole("button", { name: "Send me a code" }).click();
    await other.getByLabel("Six digits").fill(await stage.code(person.phone));
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await other.getByText("6 of 6 parts are done").waitFor();
    await look(other, "borrower-b2-tasks-dark");
    await other.context().close();
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await look(page, "borrower-b2-check-answers");
    await page.getByRole("button", { name: "Hand in the application" }).click();
    await page.getByText("It is your turn").waitFor({ timeout: 30_000 });
  });

  step("papers: a HEIC photo is taken and shown, a wrong kind and a locked PDF are refused by name, one takes another's place", async () => {
    await page.getByRole("link", { name: "Add papers" }).click();
    const identity = page.getByRole("region", { name: "Proof of identity" });
    const income = page.getByRole("region", { name: "Proof of income" });
    const give = (card: typeof identity, name: string, mimeType: string, buffer: Buffer) => card.getByLabel("Choose a file").setInputFiles({ name, mimeType, buffer });
    await give(income, "slip.docx", "application/msword", Buffer.from("PK\u0003\u0004 not a paper"));
    await income.getByText("This kind of file is not accepted").waitFor();
    await give(income, "statement.pdf", "application/pdf", LOCKED);
    await income.getByText("The PDF is locked with a password").waitFor();
    await look(page, "borrower-b4-refused");
    await give(identity, "IMG_0001.HEIC", "image/heic", HEIC);
    await identity.getByText("We are looking at it").waitFor();
    await identity.getByRole("button", { name: "See what you sent" }).click();
    const picture = page.getByRole("dialog").getByRole("img");
    await picture.waitFor();
    assert.ok(await page.evaluate<number>("(async () => { const image = document.querySelector('dialog[open] img'); await image.decode(); return image.naturalWidth; })()") > 0, "the photo can be seen");
    await look(page, "borrower-b4-preview");
    await page.getByRole("button", { name: "Close" }).click();
    for (const name of ["slip.png", "slip-again.png"]) {
      await give(income, name, "image/png", await page.screenshot());
      await income.getByText("We are looking at it").waitFor();
      await income.getByText("Not the right one?", { exact: false }).waitFor();
    }
    await look(page, "borrower-b4-documents");
    for (const code of ["identity", "income"]) await officer("operations", "POST", `/applications/${application}/requirements/${code}`, { act: "accept" });
  });

  step("the offer with its key facts on the screen is taken, the agreement read and signed", async () => {
    await page.goto(`/borrower/applications/${application}/offers`);
    await page.getByRole("button", { name: /Key facts statement/ }).click();
    await page.getByRole("dialog").getByRole("img", { name: /Key facts statement, page 1 of/ }).waitFor();
    await look(page, "borrower-b5-key-facts");
    isPdf(await saved("Download (PDF)"));
    await page.getByRole("button", { name: "Close" }).click();
    await look(page, "borrower-b5-offer");
    await page.getByRole("button", { name: "Take this offer" }).click();
    await page.getByRole("img", { name: /The agreement, page 1 of/ }).waitFor();
    assert.match(await page.getByRole("region", { name: "The agreement" }).innerText(), /Asha Prime/, "the words of the pages are there for those who cannot see them");
    await page.getByLabel(/Take each payment from the account ····\d{4}/).check();
    await page.getByLabel("Never more at a time than").fill("5k");
    await page.getByText("At least ₹7,202.00").waitFor();
    await page.getByLabel("Never more at a time than").fill("11k");
    await page.getByLabel("I have read the agreement and the key facts.").check();
    await page.getByLabel(/I agree to sign electronically/).check();
    await look(page, "borrower-b6-sign");
    await page.getByRole("button", { name: "Send me the signing code" }).click();
    await page.getByLabel("Six digits").fill(await stage.code(person.phone));
    await page.getByRole("button", { name: "Sign", exact: true }).click();
    await page.getByRole("heading", { name: "Evidence" }).waitFor();
    await page.getByText("Number of the time stamp").waitFor();
    await page.getByRole("img", { name: /The agreement, page 1 of/ }).waitFor();
    await look(page, "borrower-b6-signed");
  });

  step("two officers pay it out; a second application's offer is declined with a reason, a third is withdrawn", async () => {
    const { approvalRequestId } = await officer<{ approvalRequestId: string }>("operations", "POST", `/applications/${application}/funding`, {});
    await officer("funding", "POST", `/approval-requests/${approvalRequestId}/approve`, {});
    await again("40000");
    await page.getByRole("button", { name: "See the offer" }).click();
    await page.getByRole("button", { name: "No, thank you" }).click();
    await page.getByLabel("The monthly payment is too high").check();
    await look(page, "borrower-b5-decline");
    await page.getByRole("dialog").getByRole("button", { name: "Decline the offer" }).click();
    await page.getByText("This offer is no longer open.").waitFor();
    await again("30000");
    await page.getByRole("button", { name: "Withdraw the application" }).click();
    await page.getByRole("button", { name: "Yes, withdraw" }).click();
    await page.getByRole("heading", { name: "Withdrawn" }).waitFor();
    await look(page, "borrower-b3-withdrawn");
  });

  /** Applies once more: what was told the first time is filled in already. */
  async function again(amount: string): Promise<void> {
    await page.goto("/");
    await page.getByLabel("How much do you need?").first().fill(amount);
    await page.getByText("You pay back in all").waitFor();
    await page.getByRole("button", { name: "Apply for this loan" }).click();
    await page.getByText("We filled in what you told us last time.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Continue", exact: true }).click();
    const group = page.getByRole("group", { name: "What is it for" });
    if ((await group.count()) > 0) await group.getByLabel("Home repairs").check();
    else await page.getByLabel("What is it for").selectOption({ label: "Home repairs" });
    await page.getByRole("button", { name: "Save and continue" }).click();
    await page.getByRole("heading", { name: "Check your answers" }).waitFor();
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await page.getByRole("button", { name: "Hand in the application" }).click();
    await page.getByText("It is your turn").waitFor({ timeout: 30_000 });
  }

  step("the loan: charts, schedule, what more would save, and the same by night", async () => {
    await page.goto("/borrower/home");
    await page.getByRole("link", { name: /LN\d{8}/ }).click();
    await page.getByText("Left to pay back").first().waitFor();
    await page.getByText("up to ₹11,000.00 at a time").waitFor();
    loan = /loans\/(la_\w+)/.exec(page.url())?.[1] ?? "";
    await look(page, "borrower-b7-loan");
    await page.goto(`/borrower/loans/${loan}/payoff`);
    await page.getByLabel("How much?").fill("20k");
    await page.getByRole("button", { name: "What would it save?" }).click();
    await page.getByText("With the extra payment").waitFor();
    await look(page, "borrower-b9-what-if");
    await page.getByRole("button", { name: "हिन्दी" }).click();
    await page.getByRole("heading", { name: "ज़्यादा चुकाऊँ तो?" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "What if I pay more?" }).waitFor();
    await page.getByLabel("Appearance").selectOption("dark");
    for (const [path, name] of [["/", "b1"], [`/borrower/loans/${loan}`, "b7"]] as const) {
      await page.goto(path);
      await page.getByRole("img").last().waitFor();
      await look(page, `borrower-dark-${name}`);
    }
    await page.getByLabel("Appearance").selectOption("light");
  });

  step("staff see the permission to debit on her loan, and may end it", async () => {
    const desk = await stage.staff("operations");
    await desk.goto(`/staff/loans/${loan}`);
    await desk.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Mandate", exact: true }).click();
    await desk.getByText("₹11,000.00").first().waitFor();
    await desk.getByRole("button", { name: "Cancel the mandate" }).waitFor();
    await look(desk, "v2-mandate");
    await desk.context().close();
  });

  step("in Hindi no English is left on any page", async () => {
    const hindi = await stage.visitor({ size: PHONE, language: "hi" });
    await hindi.goto("/borrower/home");
    await hindi.getByLabel("मोबाइल नंबर या ई-मेल").fill(person.phone);
    await hindi.getByRole("button", { name: "मुझे कोड भेजें" }).click();
    await hindi.getByLabel("छह अंक").fill(await stage.code(person.phone));
    await hindi.getByRole("button", { name: "साइन इन", exact: true }).click();
    await hindi.getByRole("link", { name: /LN\d{8}/ }).waitFor();
    const pages = [["/", "b1"], ["/borrower/home", "home"], [`/borrower/loans/${loan}`, "b7"], [`/borrower/loans/${loan}/schedule`, "schedule"], [`/borrower/loans/${loan}/payoff`, "payoff"], [`/borrower/loans/${loan}/pay`, "pay"], [`/borrower/applications/${application}/documents`, "b4"], [`/borrower/applications/${application}`, "tracker"]] as const;
    for (const [path, name] of pages) {
      await hindi.goto(path);
      await hindi.waitForLoadState("networkidle");
      if (name.startsWith("b")) await look(hindi, `borrower-hindi-${name}`);
      // What people and products are called is theirs; the rest are the names of things.
      const latin = (await hindi.locator("body").innerText()).match(/\b(?!JPEG|HEIC|Asha|Prime|Bharat|Finance|Small|loan|English)[A-Za-z]{4,}\b/g) ?? [];
      assert.deepEqual(latin, [], `English is left on ${path}`);
    }
    await hindi.context().close();
  });

  /** Pays at the bank's own page what the form proposes, and waits until the money is in the books. */
  async function payProposed(): Promise<void> {
    await page.getByRole("button", { name: "Go to the bank's payment page" }).click();
    await page.getByRole("button", { name: /^Pay / }).first().click();
    await page.getByText("It has arrived and is in your account.").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Back to your loan" }).click();
  }

  step("nineteen days later a payment is made; its receipt and the statement are downloaded", async () => {
    await officer("operations", "POST", "/sandbox/clock", { until: "2026-01-20" });
    await page.goto(`/borrower/loans/${loan}/pay?amount=5000.00`);
    await payProposed();
    await page.getByRole("button", { name: "Schedule and payments" }).click();
    await page.getByRole("link", { name: /^Receipt/ }).waitFor();
    await look(page, "borrower-b8-schedule");
    isPdf(await saved(/^Receipt/));
    isPdf(await saved("Statement of account (PDF)"));
  });

  step("the payoff is quoted with what each day adds and until when it is good, paid, and the closing letter downloaded", async () => {
    await page.goto(`/borrower/loans/${loan}/payoff`);
    await page.getByRole("button", { name: "What would it take?" }).click();
    await page.getByText("Each day later adds").waitFor();
    await page.getByText("This sum is good until the end of 20 Jan 2026.").waitFor();
    await page.getByRole("button", { name: "Get it as a letter" }).click();
    isPdf(await saved("Download the letter (PDF)"));
    await look(page, "borrower-b9-payoff");
    await page.getByRole("button", { name: "Pay it now" }).click();
    await payProposed();
    await page.getByText("This loan is paid back. Thank you.").waitFor({ timeout: 30_000 });
    await page.getByRole("link", { name: "Download Closing letter" }).waitFor({ timeout: 30_000 });
    await look(page, "borrower-b7-closed");
    isPdf(await saved("Download Closing letter"));
  });
});
