import { type Static, Type } from "typebox";
import { returnReasonOfAmount } from "../magic-values.ts";
import { decimalsOf, toMinor, toText } from "../money-text.ts";
import { invalid, Refusal } from "../refusal.ts";
import { AmountText, CurrencyText, ReferenceText, Shape } from "../schemas.ts";
import { sha256, stableId } from "../seeded.ts";
import { accountOf, type BankState, dayOf } from "./book.ts";
import { receive } from "./incoming.ts";

const WebUrl = Type.String({ pattern: "^https?://[^\\s]+$", maxLength: 2000 });

export const CheckoutRequest = Shape({
  reference: ReferenceText,
  amount: AmountText,
  currency: CurrencyText,
  description: Type.String({ minLength: 1, maxLength: 500 }),
  returnUrl: WebUrl,
  webhookUrl: Type.Optional(WebUrl),
  accountId: Type.Optional(Type.String()),
});
export type CheckoutRequest = Static<typeof CheckoutRequest>;

export const CheckoutAction = Shape({ action: Type.Enum(["pay", "fail", "lose"]) });
export type CheckoutAction = Static<typeof CheckoutAction>["action"];

export interface CheckoutSession {
  readonly id: string;
  readonly reference: string;
  readonly fingerprint: string;
  readonly accountId: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly description: string;
  readonly returnUrl: string;
  readonly webhookUrl: string | undefined;
  status: "open" | "paid" | "failed";
  paymentId: string | null;
}

/**
 * Opens a session by which a person may pay once. The same reference gives the same session.
 *
 * @throws Refusal sandbox.invalid, bank.account_unknown, bank.business_date_missing, bank.reference_reused
 */
export function openSession(state: BankState, request: CheckoutRequest): CheckoutSession {
  const fingerprint = sha256(JSON.stringify([request.amount, request.currency, request.returnUrl, request.webhookUrl ?? null, request.accountId ?? null]));
  const known = state.sessions.get(state.sessionByReference.get(request.reference) ?? "");
  if (known !== undefined) {
    if (known.fingerprint !== fingerprint) throw new Refusal(422, "bank.reference_reused", `Reference ${request.reference} was used for another checkout session.`);
    return known;
  }
  const account = request.accountId === undefined ? [...state.accounts.values()].find((each) => each.currency === request.currency) : accountOf(state, request.accountId);
  if (account === undefined) throw new Refusal(404, "bank.account_unknown", `No account here is kept in ${request.currency}.`);
  if (account.currency !== request.currency) throw invalid([{ pointer: "/currency", detail: `the account is kept in ${account.currency}` }]);
  dayOf(account);
  const minor = minorOf(request);
  const session: CheckoutSession = {
    id: stableId("cs", state.seed, request.reference), reference: request.reference, fingerprint, accountId: account.id, minor, currency: request.currency,
    description: request.description, returnUrl: request.returnUrl, webhookUrl: request.webhookUrl, status: "open", paymentId: null,
  };
  state.sessions.set(session.id, session);
  state.sessionByReference.set(session.reference, session.id);
  return session;
}

function minorOf(request: CheckoutRequest): bigint {
  try {
    const minor = toMinor(request.amount, request.currency);
    if (minor > 0n) return minor;
  } catch {
    throw invalid([{ pointer: "/amount", detail: `must have at most ${decimalsOf(request.currency) ?? 0} decimals` }]);
  }
  throw invalid([{ pointer: "/amount", detail: "must be more than zero" }]);
}

/** @throws Refusal bank.session_unknown */
export function sessionOf(state: BankState, id: string): CheckoutSession {
  const session = state.sessions.get(id);
  if (session === undefined) throw new Refusal(404, "bank.session_unknown", `There is no checkout session ${id}.`);
  return session;
}

/**
 * What the person at the page decided. `pay` and `lose` credit the account; they differ only in what is told afterwards.
 *
 * @throws Refusal bank.session_unknown, bank.session_settled
 */
export function actOnSession(state: BankState, input: { id: string; action: CheckoutAction }): CheckoutSession {
  const session = sessionOf(state, input.id);
  if (session.status !== "open") throw new Refusal(409, "bank.session_settled", `Checkout session ${session.id} is ${session.status} already.`);
  if (input.action === "fail") {
    session.status = "failed";
    return session;
  }
  const [received] = receive(state, [{
    accountId: session.accountId, amount: toText(session.minor, session.currency), currency: session.currency, debtor: { name: "Checkout payer" },
    remittance: session.reference, endToEndId: session.reference.slice(0, 35), returnReason: returnReasonOfAmount(session.minor),
  }]);
  session.status = "paid";
  session.paymentId = received?.payment.id ?? null;
  return session;
}

export const sessionAnswer = (session: CheckoutSession, origin: string): Readonly<Record<string, unknown>> => ({
  id: session.id, url: `${origin}/checkout/${session.id}`, reference: session.reference, status: session.status, accountId: session.accountId,
  amount: toText(session.minor, session.currency), currency: session.currency, description: session.description, returnUrl: session.returnUrl, paymentId: session.paymentId,
});

/** Where the person goes afterwards. */
export function returnAddress(session: CheckoutSession): string {
  const url = new URL(session.returnUrl);
  url.searchParams.set("session", session.id);
  url.searchParams.set("reference", session.reference);
  url.searchParams.set("status", session.status);
  return url.toString();
}
