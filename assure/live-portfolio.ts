import { addDays, isoDate } from "#engine/date.ts";
import { demoBank } from "#app/demo/bank.ts";
import type { Platform } from "#app/platform.ts";
import { clientOf, until, type Client } from "./client.ts";
import { scopeOf, type Operation } from "./operations.ts";

export type Viewer = "owner" | "officer" | "staff";

/** A real address of somebody's object, and the same address with an id that nobody has. */
export interface Address { readonly real: string; readonly absent: string }

/** Objects in every module of lender bharat, made as people make them, and the sessions of their owners. */
export interface Portfolio {
  /** Real addresses for a route: of the first borrower, of the officer's branch, or of the whole lender. */
  addressesFor(operation: Operation, viewer: Viewer): Promise<readonly Address[]>;
  borrowerToken(who: "owner" | "other" | "prairie"): string;
  /** Ids that only bharat may see. */
  readonly lenderIds: ReadonlySet<string>;
  /** Ids that among borrowers only the first one may see. */
  readonly ownerIds: ReadonlySet<string>;
  /** Ids that among loan officers only those of the officer's branch may see. */
  readonly branchIds: ReadonlySet<string>;
}

const CONSENTS = ["credit_bureau", "identity_check", "data_use", "electronic_records"].map((purpose) => ({ purpose, given: true }));
const INDIAN = { line1: "4 Lake Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" };
const AMERICAN = { line1: "12 Elm Street", city: "Omaha", region: "NE", postalCode: "68102", country: "US" };
// The smallest file that is a PNG.
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

function answersOf(n: number, phone: string, lender: "bharat" | "prairie"): Record<string, unknown> {
  const indian = lender === "bharat";
  return {
    givenName: "Asha", familyName: "Prime", birthDate: "1990-04-02", ...(indian ? { pan: `ABCPE${4100 + n}Q` } : { ssn: `2125${n}3041` }), phone, email: `asha${n}.${lender}@example.com`,
    address: indian ? INDIAN : AMERICAN, job: "skilled", employedSince: "4to7", monthlyIncome: indian ? "85000.00" : "6000.00", monthlyObligations: "0", housing: "own", checkingBalance: "high", savings: "medium",
    property: "car_other", creditHistory: "paid_till_now", otherInstallmentPlans: "none", existingCredits: 1, purpose: "repairs", payoutAccount: indian ? `HDFC0001234/5010077700${100 + n}` : `021000021/9810077${n}`,
  };
}

/** Makes the objects through the API of a running platform with its worker and stand-in providers. */
export async function livePortfolio(platform: Platform, operations: readonly Operation[], staffToken: (login: string) => string, say: (line: string) => void): Promise<Portfolio> {
  const client = clientOf(platform.url, platform.sandboxUrl);
  const phones = { owner: "+919812300001", other: "+919812300002", prairie: "+14155550103" };
  const tokens = {
    owner: await client.signInBorrower("bharat", phones.owner),
    other: await client.signInBorrower("bharat", phones.other),
    prairie: await client.signInBorrower("prairie", phones.prairie),
  };
  const apply = async (token: string, n: number, phone: string, lender: "bharat" | "prairie" = "bharat") => {
    const amount = lender === "bharat" ? { amount: "100000.00", currency: "INR" } : { amount: "9000.00", currency: "USD" };
    return String((await client.must("POST", "/v1/applications", { lender, token, body: { productCode: "personal-loan", amount, termMonths: 24, answers: answersOf(n, phone, lender), consents: CONSENTS } })).body["applicationId"]);
  };
  const has = (path: string) => operations.some((operation) => operation.path === path);
  if (has("/v1/applications")) {
    const booked = await apply(tokens.owner, 1, phones.owner);
    await toLoan(client, booked, tokens.owner, phones.owner, staffToken);
    await apply(tokens.owner, 1, phones.owner);
    await apply(tokens.other, 2, phones.other);
    await apply(tokens.prairie, 3, phones.prairie, "prairie");
    const brought = await apply(staffToken("officer"), 4, "+919812300004");
    await client.must("POST", `/v1/applications/${brought}/submit`, { token: staffToken("officer") });
    await until("the officer's application to be decided", async () => ((await client.must("GET", `/v1/applications/${brought}`, { token: staffToken("officer") })).body["state"] === "offered" ? true : undefined));
  }
  await ledgerAndViews(client, staffToken);
  if (has("/v1/loan-accounts")) await lifeOfLoan(client, platform, tokens.owner, staffToken, say);
  const book = addressBook(client, operations, { owner: tokens.owner, officer: staffToken("officer") }, staffToken);
  const [lenderIds, ownerIds, branchIds] = [await book.allIds("staff"), await book.allIds("owner"), await book.allIds("officer")];
  return { addressesFor: book.addressesFor, borrowerToken: (who) => tokens[who], lenderIds, ownerIds, branchIds };
}

/** From the form to money in the borrower's account: accepted, signed, checked, released by two people. */
async function toLoan(client: Client, id: string, owner: string, phone: string, staffToken: (login: string) => string): Promise<void> {
  const read = async () => (await client.must("GET", `/v1/applications/${id}`, { token: owner })).body as { state: string; offers: { id: string; termMonths: number }[] };
  const form = new FormData();
  for (const [name, value] of Object.entries({ ownerKind: "application", ownerId: id, purpose: "passport" })) form.append(name, value);
  form.append("file", new Blob([PICTURE], { type: "image/png" }), "passport.png");
  await client.must("POST", "/v1/documents", { token: owner, body: form });
  await client.must("POST", `/v1/applications/${id}/submit`, { token: owner });
  const offered = await until("an offer", async () => {
    const now = await read();
    if (now.state === "declined" || now.state === "referred") throw new Error(`the application was ${now.state}`);
    return now.state === "offered" ? now : undefined;
  });
  await client.must("POST", `/v1/applications/${id}/offers/${offered.offers[0]?.id}/accept`, { token: owner });
  const agreement = (await client.must("GET", `/v1/applications/${id}/agreement`, { token: owner })).body;
  await client.must("POST", `/v1/applications/${id}/agreement/codes`, { token: owner });
  await client.must("POST", `/v1/applications/${id}/agreement/sign`, { token: owner, body: { code: await client.newestCode(phone), documentSha256: agreement["documentSha256"], consent: true } });
  for (const code of ["identity", "income"]) await client.must("POST", `/v1/applications/${id}/requirements/${code}`, { token: staffToken("underwriter"), body: { act: "accept" } });
  const proposed = await client.must("POST", `/v1/applications/${id}/funding`, { token: staffToken("operations") });
  await client.must("POST", `/v1/approval-requests/${proposed.body["approvalRequestId"]}/approve`, { token: staffToken("funding"), body: {} });
  await until("the payout to settle", async () => ((await read()).state === "disbursed" ? true : undefined), 60);
}

async function ledgerAndViews(client: Client, staffToken: (login: string) => string): Promise<void> {
  const amount = { amount: "10.00", currency: "INR" };
  await client.must("POST", "/v1/saved-views", { token: staffToken("officer"), body: { list: "applications", name: "Mine", query: "filter=state:eq:draft", shared: "private" } });
  await client.must("POST", "/v1/manual-entries", { token: staffToken("finance"), body: { valueDate: "2026-01-01", memo: "Opening correction", currency: "INR", lines: [{ account: "bank", side: "debit", amount }, { account: "owner_equity", side: "credit", amount }] } });
}

/** A repayment, a payment page, and a missed installment, so that payments and collections have something to show. */
async function lifeOfLoan(client: Client, platform: Platform, owner: string, staffToken: (login: string) => string, say: (line: string) => void): Promise<void> {
  const { items: [loan] } = (await client.must("GET", "/v1/loan-accounts", { token: owner })).body as { items: { id: string; number: string; nextDueDate: string }[] };
  if (loan === undefined) throw new Error("the borrower does not see the booked loan");
  const day = String((await client.must("GET", "/v1/lender", { token: staffToken("servicing") })).body["businessDate"]);
  await client.must("POST", `/v1/loan-accounts/${loan.id}/repayments`, { token: staffToken("servicing"), body: { amount: { amount: "500.00", currency: "INR" }, valueDate: day, channel: "cash" } });
  const checkout = await client.call("POST", "/v1/checkout-sessions", { token: owner, body: { reference: loan.number, amount: { amount: "100.00", currency: "INR" }, description: "Installment", returnUrl: "http://127.0.0.1/back" } });
  if (checkout.status >= 300) say(`no payment page: ${checkout.text.slice(0, 200)}`);
  const closed = await client.call("POST", "/v1/sandbox/clock", { token: staffToken("operations"), body: { until: addDays(isoDate(loan.nextDueDate), 35) } });
  if (closed.status >= 300) say(`the days could not be closed: ${closed.text.slice(0, 200)}`);
  await moneyFromOutside(client, platform, loan.number, staffToken);
  await sharedLoan(client, loan, staffToken);
}

/** An investor who owns a part of the loan, and what it is told of it. */
async function sharedLoan(client: Client, loan: { id: string; number: string }, staffToken: (login: string) => string): Promise<void> {
  const [finance, second] = [staffToken("finance"), await client.signInStaff("bharat", "finance2")];
  const agreed = async (path: string, body: object) => {
    const made = (await client.must("POST", path, { token: finance, body })).body;
    await client.must("POST", `/v1/approval-requests/${String(made["approvalRequestId"])}/approve`, { token: second, body: {} });
    return made;
  };
  const bookedDate = String((await client.must("GET", `/v1/loan-accounts/${loan.id}`, { token: staffToken("servicing") })).body["bookedDate"]);
  const { partnerId } = await agreed("/v1/partners", { code: "orion", name: "Orion Capital", kind: "investor", account: { scheme: "in", number: "HDFC0000001/501000012345" } });
  await agreed(`/v1/partners/${String(partnerId)}/participations`, { name: "One loan", currency: "INR", share: "0.4", fromDate: bookedDate, feeBasis: "none", charges: "kept", loans: [loan.number] });
  const { statementId } = (await client.must("POST", `/v1/partners/${String(partnerId)}/statements`, { token: finance, body: { currency: "INR", throughDate: bookedDate } })).body;
  await client.must("POST", `/v1/partner-statements/${String(statementId)}/disputes`, { token: finance, body: { amount: { amount: "1.00", currency: "INR" }, reason: "A receipt is missing." } });
  const guarantor = await agreed("/v1/partners", { code: "setu", name: "Setu Services", kind: "guarantor", account: { scheme: "in", number: "HDFC0000001/501000054321" } });
  await agreed(`/v1/partners/${String(guarantor["partnerId"])}/guarantees`, { name: "One loan", currency: "INR", form: "cash", cap: "0.05", fromDate: bookedDate, throughDate: addDays(isoDate(bookedDate), 720), claimAfterDays: 30, loans: [loan.number] });
}

/** Two transfers on the lender's account, one that names the loan and one that names nothing, and the statement that tells of them. */
async function moneyFromOutside(client: Client, platform: Platform, loanNumber: string, staffToken: (login: string) => string): Promise<void> {
  const today = isoDate(String((await client.must("GET", "/v1/lender", { token: staffToken("servicing") })).body["businessDate"]));
  const bank = demoBank(platform.services, "bharat-main", "INR");
  await bank.openDay(today);
  await bank.pay([{ reference: loanNumber, amount: "750.00", valueDate: today, name: "Asha Prime" }, { reference: "for you", amount: "10.00", valueDate: today, name: "Nobody Known" }]);
  await bank.openDay(addDays(today, 1));
  await client.must("POST", "/v1/bank-files/fetch", { token: staffToken("operations") });
}

/** Learns real ids by asking the list that stands before `/{id}`, as the given person. */
function addressBook(client: Client, operations: readonly Operation[], people: { owner: string; officer: string }, staffToken: (login: string) => string) {
  const lists = new Map<string, Promise<string[]>>();
  const reader = (operation: Operation, viewer: Viewer) => (viewer === "staff" ? operation.reader(staffToken) : people[viewer]);
  const idsOf = (collection: string, viewer: Viewer): Promise<string[]> => {
    const key = `${viewer} ${collection}`;
    const known = lists.get(key);
    if (known !== undefined) return known;
    const list = operations.find((operation) => operation.method === "GET" && operation.path === collection);
    const found = list === undefined ? Promise.resolve([]) : readIds(client, list.path, reader(list, viewer));
    lists.set(key, found);
    return found;
  };
  const childOf = async (parent: string, segment: string, token: string | undefined): Promise<string | undefined> => {
    if (segment === "steps") return "about";
    const items = [(await client.call("GET", parent, { token })).body[segment], (await client.call("GET", `${parent}/${segment}`, { token })).body["items"]].find((some) => Array.isArray(some) && some.length > 0) as Record<string, unknown>[] | undefined;
    const first = items?.[0];
    return first === undefined ? undefined : String(segment === "requirements" ? first["code"] : first["id"]);
  };
  const addressesFor: Portfolio["addressesFor"] = async (operation, viewer) => {
    const [collection = "", rest = ""] = splitAt(operation.path);
    const addresses: Address[] = [];
    for (const id of (await idsOf(collection, viewer)).slice(0, 2)) {
      const child = /^\/([a-z-]+)\/\{/.exec(rest)?.[1];
      const childId = child === undefined ? "" : await childOf(`${collection}/${id}`, child, reader(operation, viewer === "officer" ? "officer" : "staff")) ?? id;
      const tail = rest.replace(/\{[^}]+\}/, childId);
      addresses.push({ real: `${collection}/${id}${tail}`, absent: `${collection}/${id.slice(0, -6)}zzzzzz${tail}` });
    }
    return addresses;
  };
  const narrowed = (operation: Operation, viewer: Viewer) => viewer === "staff" || (viewer === "owner" ? scopeOf(operation, "borrower") === "own" : scopeOf(operation, "loan_officer") === "branch");
  const allIds = async (viewer: Viewer) => new Set((await Promise.all(operations.filter((o) => o.method === "GET" && !o.path.includes("{") && narrowed(o, viewer)).map((o) => idsOf(o.path, viewer)))).flat());
  return { addressesFor, allIds };
}

function splitAt(path: string): [string, string] {
  const brace = path.indexOf("/{");
  return [path.slice(0, brace), path.slice(path.indexOf("}") + 1)];
}

async function readIds(client: Client, path: string, token: string | undefined): Promise<string[]> {
  const { items } = (await client.call("GET", path, { token })).body as { items?: { id?: unknown }[] };
  return Array.isArray(items) ? items.map((item) => item.id).filter((id): id is string => typeof id === "string" && /^[a-z]+_/.test(id)) : [];
}
