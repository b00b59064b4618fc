import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { fromMoneyJson } from "#engine/money.ts";
import { removePostgres } from "#kernel/postgres.ts";
import { renderDocument } from "#modules/documents/index.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { borrower, codeAfter, staff, until, type Money, type Visitor } from "./visitors.ts";

/** One installation, and the people of one lender who act on it. */
export interface Life {
  readonly platform: Platform;
  readonly lender: "bharat" | "prairie";
  readonly currency: "INR" | "USD";
  /** A member of staff; signed in once. */
  at(login: string): Promise<Visitor>;
  /** Somebody who signs in with the code sent to their phone. */
  borrower(phone: string): Promise<Visitor>;
  money(amount: string): Money;
  /** Moves the lender's clock, its bank's too. */
  moveTo(date: string): Promise<void>;
  close(): Promise<void>;
}

export async function openLife(lender: Life["lender"]): Promise<Life> {
  const folder = mkdtempSync(join(tmpdir(), `loanwright-life-${lender}-`));
  const platform = await startPlatform({ dataDir: folder, logLevel: "error" });
  const signedIn = new Map<string, Visitor>();
  const currency = lender === "bharat" ? "INR" : "USD";
  const at = async (login: string) => {
    const visitor = signedIn.get(login) ?? await staff(platform, lender, login);
    signedIn.set(login, visitor);
    return visitor;
  };
  return {
    platform, lender, currency, at,
    borrower: (phone) => borrower(platform, lender, phone),
    money: (amount) => ({ amount, currency }),
    moveTo: async (date) => {
      const operations = await at("operations");
      // Payouts leave by the worker; one that is still on its way when the bank closes would settle a day later.
      await until("all payouts have left", async () => (await operations.ok<{ items: { state: string }[] }>("GET", "/v1/payouts")).items.every((payout) => payout.state !== "created" && payout.state !== "sending"));
      const { businessDate } = await operations.ok<{ businessDate: string }>("POST", "/v1/sandbox/clock", { until: date });
      assert.equal(businessDate, date);
    },
    close: async () => {
      await platform.close();
      await removePostgres(join(folder, "postgres"));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Answers = Readonly<Record<string, unknown>>;
export interface Application { readonly id: string; readonly number: string }

const PAGES = [["about", ["givenName", "familyName", "birthDate", "pan", "ssn"]], ["contact", ["phone", "email", "address"]], ["work", ["job", "employedSince", "monthlyIncome", "monthlyObligations"]], ["means", ["housing", "checkingBalance", "savings", "property"]], ["debts", ["creditHistory", "otherInstallmentPlans", "existingCredits"]], ["loan", ["purpose", "payoutAccount"]]] as const;

type Page = readonly [string, readonly string[]];

/** The American form asks for home and savings beside the work. */
function pagesOf(answers: Answers): readonly Page[] {
  if (!("ssn" in answers)) return PAGES;
  return PAGES.filter(([page]) => page !== "means").map(([page, names]): Page => (page === "work" ? [page, [...names, "housing", "savings"]] : [page, names]));
}

/** Answers that a steady person gives, with what is told of this one. */
export function answersOf(life: Life, own: Answers): Answers {
  const indian = life.lender === "bharat";
  return {
    givenName: "Asha", familyName: "Prime", birthDate: "1990-04-02", ...(indian ? { pan: "ABCPA4711K" } : { ssn: "212-41-3001" }), phone: "", email: "asha.prime@example.org",
    address: indian ? { line1: "4 Lake Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" } : { line1: "12 Elm Street", city: "Chicago", region: "IL", postalCode: "60601", country: "US" },
    ...(indian ? { job: "skilled", checkingBalance: "high", property: "car_other" } : {}), employedSince: "4to7", monthlyIncome: indian ? "60000.00" : "6000.00", monthlyObligations: "0",
    housing: "own", savings: "medium", creditHistory: "paid_till_now", otherInstallmentPlans: "none", existingCredits: 1, purpose: "repairs", payoutAccount: indian ? "HDFC0001234/50100200344" : "021000021/98200344", ...own,
  };
}

/** Opens an application. */
export async function start(life: Life, who: Visitor, amount: string, termMonths: number): Promise<Application> {
  const { applicationId, number } = await who.ok<{ applicationId: string; number: string }>("POST", "/v1/applications", { productCode: "personal-loan", amount: life.money(amount), termMonths });
  return { id: applicationId, number };
}

/** Saves the pages from `from` on, each with the version that was read before it. */
export async function fillPages(who: Visitor, application: Application, answers: Answers, from: number, to: number): Promise<void> {
  for (const [page, names] of pagesOf(answers).slice(from, to)) {
    const given = Object.fromEntries(names.filter((name) => name in answers).map((name) => [name, answers[name]]));
    if (Object.keys(given).length === 0) continue;
    const { etag } = await who.send("GET", `/v1/applications/${application.id}`);
    const last = page === "loan" ? { consents: ["credit_bureau", "identity_check", "data_use", "electronic_records"].map((purpose) => ({ purpose, given: true })) } : {};
    const saved = await who.ok<{ errors: unknown[] }>("PUT", `/v1/applications/${application.id}/steps/${page}`, { answers: given, ...last }, { "if-match": etag });
    assert.deepEqual(saved.errors, [], page);
  }
}

/** A whole application in one go, handed in. */
export async function apply(life: Life, who: Visitor, ask: { amount: string; termMonths: number }, own: Answers): Promise<Application> {
  const application = await start(life, who, ask.amount, ask.termMonths);
  await fillPages(who, application, answersOf(life, own), 0, PAGES.length);
  await who.ok("POST", `/v1/applications/${application.id}/submit`);
  return application;
}

/** Waits for the lender's programs to have brought an application to a stage. */
export async function whenIn<T = Record<string, unknown>>(who: Visitor, application: Application, state: string): Promise<T> {
  return until(`${application.number} is ${state}`, async () => {
    const shown = await who.ok<{ state: string }>("GET", `/v1/applications/${application.id}`);
    return shown.state === state && (shown as T);
  });
}

/** Signs the agreement with the code that comes to the phone. */
export async function sign(life: Life, who: Visitor, application: Application, phone: string, cap?: string): Promise<{ documentSha256: string; scheduleHash: string }> {
  const agreement = await who.ok<{ documentSha256: string; scheduleHash: string }>("GET", `/v1/applications/${application.id}/agreement`);
  const { code } = await codeAfter(life.platform, phone, () => who.ok("POST", `/v1/applications/${application.id}/agreement/codes`));
  const signing = { code, documentSha256: agreement.documentSha256, consent: true, ...(cap === undefined ? {} : { mandate: { cap: life.money(cap) } }) };
  await who.refused(409, "agreement.changed", "POST", `/v1/applications/${application.id}/agreement/sign`, { ...signing, documentSha256: "0".repeat(64) });
  await who.ok("POST", `/v1/applications/${application.id}/agreement/sign`, signing);
  return agreement;
}

/** A salary slip as a PDF and an identity card as a photo, as people have them. */
export async function papers(name: string): Promise<{ slip: Buffer; photo: Buffer }> {
  const slip = await renderDocument("receipt", {
    lender: { name: "Employer Works" }, borrower: { name }, reference: "SLIP-2025-12", issuedDate: "2025-12-31", receiptNumber: "SLIP-2025-12", receivedDate: "2025-12-31", amount: { amount: "60000.00", currency: "INR" },
    channel: "Salary", allocation: [], outstanding: { amount: "0.00", currency: "INR" },
  }, "en-IN");
  const photo = await sharp({ create: { width: 640, height: 400, channels: 3, background: { r: 200, g: 180, b: 160 } } }).jpeg().toBuffer();
  return { slip, photo };
}

/** The words of a PDF as they stand on its pages, read by another program than the one that wrote them. */
export function wordsOf(pdf: Buffer): string {
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const read = spawnSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8", maxBuffer: 32 * 1024 * 1024 });
  assert.equal(read.status, 0, read.stderr);
  return read.stdout;
}

export const minor = (money: Money): bigint => fromMoneyJson(money).minor;
export const sum = (amounts: readonly Money[]): bigint => amounts.reduce((total, amount) => total + minor(amount), 0n);

export interface Lent { readonly loan: string; readonly number: string; readonly borrower: Visitor; readonly application: Application }

/** Somebody who has a loan: applied for, signed (and then to be paid to another account, when `payTo` names one), released by two officers and paid out. */
export async function lend(life: Life, ask: { amount: string; termMonths: number; mandateCap?: string; payTo?: string }, own: Answers & { phone: string }): Promise<Lent> {
  const who = await life.borrower(own.phone);
  const application = await apply(life, who, ask, own);
  const { offers } = await whenIn<{ offers: { id: string; termMonths: number }[] }>(who, application, "offered");
  await who.ok("POST", `/v1/applications/${application.id}/offers/${offers.find((o) => o.termMonths === ask.termMonths)?.id}/accept`);
  await sign(life, who, application, own.phone, ask.mandateCap);
  const operations = await life.at("operations");
  if (ask.payTo !== undefined) await operations.ok("POST", `/v1/applications/${application.id}/payout-account`, { account: ask.payTo, reason: "The borrower asked for another account" });
  const { requirements } = await operations.ok<{ requirements: { code: string }[] }>("GET", `/v1/applications/${application.id}`);
  const officer = await life.at("underwriter");
  for (const { code } of requirements) await officer.ok("POST", `/v1/applications/${application.id}/requirements/${code}`, { act: "waive", note: "Seen in the branch" });
  const { approvalRequestId } = await operations.ok<{ approvalRequestId: string }>("POST", `/v1/applications/${application.id}/funding`);
  await (await life.at("funding")).ok("POST", `/v1/approval-requests/${approvalRequestId}/approve`, {});
  const { loanAccountId, loanNumber } = await operations.ok<{ loanAccountId: string; loanNumber: string }>("GET", `/v1/applications/${application.id}`);
  await operations.ok("POST", "/v1/payouts/send");
  return { loan: loanAccountId, number: loanNumber, borrower: who, application };
}
