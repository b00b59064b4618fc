import { parseAmount } from "#engine/index.ts";
import { decide, registerDualControl } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import { testWorld, type TestWorld } from "#kernel/testing/world.ts";
import { inPersonalLoan, installProduct, publishControl, usPersonalLoan } from "#modules/products/index.ts";
import { fundingControl } from "../commands/fund.ts";
import { startApplication, submitApplication } from "../commands/start-application.ts";
import type { Outbound } from "#kernel/outbound.ts";
import type { Bureau, FundedLoan, Kyc, LoanBooker, Messages, Outside, Timestamps } from "../ports.ts";

/** A booker that keeps what it was told, for tests of everything before the books. */
export function recordingBooker(): LoanBooker & { readonly booked: FundedLoan[]; readonly paidAgain: string[] } {
  const booked: FundedLoan[] = [];
  const paidAgain: string[] = [];
  return {
    booked, paidAgain,
    book: async (_tx, ctx, loan) => {
      booked.push(loan);
      return { loanAccountId: ctx.ids.next("la"), number: `LN${String(booked.length).padStart(8, "0")}` };
    },
    payAgain: async (_tx, _ctx, ask) => void paidAgain.push(`${ask.loanAccountId}:${ask.attempt}`),
  };
}

type At<T> = (outbound: Outbound, address: { url: string; key: string }) => T;
interface Sandbox { readonly url: string; close(): Promise<void> }

/** The real parts a test brings along: the stand-in of the outside world and the adapters that speak to it. */
export interface RealParts {
  startSandbox(options: { port: number; seed: string }): Promise<Sandbox>;
  readonly bureauAt: At<Bureau>;
  readonly kycAt: At<Kyc>;
  readonly messagesAt: At<Messages>;
  readonly timestampsAt: At<Timestamps>;
}

export interface Desk {
  readonly world: TestWorld;
  readonly sandbox: Sandbox;
  readonly outside: Outside;
  readonly booker: ReturnType<typeof recordingBooker>;
  apply(change?: Partial<Applicant>): Promise<{ applicationId: string; partyId: string; borrower: Context; number: string }>;
  borrower(partyId: string): Context;
  approve(ctx: Context, approvalRequestId: string): Promise<unknown>;
  signingCode(phone: string): Promise<string>;
  close(): Promise<void>;
}

export interface Applicant {
  tenantId: string; givenName: string; familyName: string; phone: string; id: string; account: string; amount: string; termMonths: number; monthlyIncome: string; monthlyObligations: string; extra: Record<string, unknown>; by: Context;
}

let serial = 0;

/** A lender with its product, a real sandbox and its adapters. */
export async function desk(real: RealParts): Promise<Desk> {
  const { bureauAt, kycAt, messagesAt, timestampsAt } = real;
  const sandbox = await real.startSandbox({ port: 0, seed: "origination-tests" });
  const world = await testWorld({ sandboxUrl: sandbox.url }).catch(async (error: Error) => {
    await sandbox.close();
    throw error;
  });
  const at = (provider: string) => ({ url: sandbox.url, key: `sandbox-${provider}-key` });
  const { outbound } = world.services;
  const booker = recordingBooker();
  const outside: Outside = { bureau: bureauAt(outbound, at("bureau")), kyc: kycAt(outbound, at("kyc")), messages: messagesAt(outbound, at("messages")), timestamps: timestampsAt(outbound, at("esign")), booker };
  registerDualControl(publishControl);
  registerDualControl(fundingControl(booker));
  await installProduct(world.as(["product_manager"]), world.as(["credit_manager"]), { ...inPersonalLoan }, "2026-01-15");
  await installProduct(world.as(["product_manager"], { tenantId: world.prairie }), world.as(["credit_manager"], { tenantId: world.prairie }), { ...usPersonalLoan }, "2026-01-15");
  const borrower = (partyId: string, tenantId = world.bharat) => world.as(["borrower"], { person: partyId, partyId, tenantId });
  return {
    world, sandbox, outside, booker, borrower,
    async apply(change = {}) {
      const n = ++serial;
      const indian = (change.tenantId ?? world.bharat) === world.bharat;
      const a = {
        tenantId: world.bharat, givenName: "Asha", familyName: "Prime", phone: indian ? `+9198765${String(43210 + n)}` : `+1312555${String(2000 + n)}`, id: indian ? pan(n) : ssn(n), account: indian ? `HDFC0001234/50100${String(100_000 + n * 10)}` : `021000021/98${String(100_000 + n * 10)}`,
        amount: indian ? "100000.00" : "10000.00", termMonths: 24, monthlyIncome: indian ? "60000.00" : "6000.00", monthlyObligations: "0", extra: {}, by: borrower(`pty_${String(n).padStart(6, "0")}a`, change.tenantId), ...change,
      };
      const currency = indian ? "INR" : "USD";
      const started = await startApplication(a.by, {
        productCode: "personal-loan", amount: parseAmount(a.amount, currency), termMonths: a.termMonths, answers: answersOf(a, indian),
        consents: ["credit_bureau", "identity_check", "data_use", "electronic_records"].map((purpose) => ({ purpose, given: true })),
      });
      const submitted = await submitApplication(a.by, started.applicationId);
      return { ...submitted, borrower: borrower(submitted.partyId, a.tenantId) };
    },
    approve: async (ctx, id) => (await decide(ctx, id, "approve", undefined)).result,
    async signingCode(phone) {
      const response = await fetch(`${sandbox.url}/messages/v1/messages?to=${encodeURIComponent(phone)}`, { headers: { authorization: "Bearer sandbox-messages-key" } });
      const { messages } = (await response.json()) as { messages: { code: string | null }[] };
      return messages.findLast((m) => m.code !== null)?.code ?? "";
    },
    async close() {
      await world.close();
      await sandbox.close();
    },
  };
}

export function answersOf(a: Omit<Applicant, "by" | "tenantId">, indian: boolean): Record<string, unknown> {
  return {
    givenName: a.givenName, familyName: a.familyName, birthDate: "1990-04-02", ...(indian ? { pan: a.id } : { ssn: a.id }), phone: a.phone, email: `${a.givenName}.${a.familyName}@example.com`,
    address: indian ? { line1: "4 Lake Road", city: "Pune", region: "MH", postalCode: "411001", country: "IN" } : { line1: "12 Elm Street", city: "Chicago", region: "IL", postalCode: "60601", country: "US" },
    job: "skilled", employedSince: "4to7", monthlyIncome: a.monthlyIncome, monthlyObligations: a.monthlyObligations, housing: "own", checkingBalance: "high", savings: "medium", property: "car_other", creditHistory: "paid_till_now",
    otherInstallmentPlans: "none", existingCredits: 1, purpose: "repairs", payoutAccount: a.account, ...a.extra,
  };
}

/** PANs of the right form, one per applicant. */
export function pan(n: number): string {
  const letter = (i: number) => String.fromCharCode(65 + (i % 26));
  return `${letter(n)}${letter(Math.floor(n / 26))}CP${letter(n * 7)}${String(1000 + n).slice(-4)}${letter(n * 3)}`;
}

function ssn(n: number): string {
  return `${String(212 + (n % 400))}${String(20 + (n % 70))}${String(3000 + n)}`;
}
