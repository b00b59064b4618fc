import type { Outbound, OutboundAnswer } from "#kernel/outbound.ts";
import type { Kyc, KycAnswer, KycResult } from "#modules/origination/ports.ts";

export interface ProviderAddress { readonly url: string; readonly key: string }

/** Identity, account and sanctions checks, reached over HTTP. A repeat of a reference gets the first answer. */
export function kycAt(outbound: Outbound, { url, key }: ProviderAddress): Kyc {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    async verify({ reference, kind, person, identifier, asOf }) {
      const { givenName, familyName, birthDate, address, phone, email } = person;
      const wire = address === undefined ? undefined : { line1: address.line1, city: address.city, region: address.region, postalCode: address.postalCode, country: address.country };
      const body = JSON.stringify({ reference, kind, person: { givenName, familyName, birthDate, address: wire, phone, email }, identifier, asOf });
      return read(await outbound.call({ method: "POST", url: `${url}/kyc/v1/verifications`, headers, body }));
    },
    async find(reference) {
      const answer = await outbound.call({ method: "GET", url: `${url}/kyc/v1/verifications/${encodeURIComponent(reference)}`, headers });
      return answer.kind === "answer" && answer.status === 404 ? { kind: "unknown" } : read(answer);
    },
  };
}

/** Our own words for the provider's codes: its texts may name people, sometimes others than the one asked about, and are not kept. */
const REASONS: Readonly<Record<string, string>> = {
  K01: "No identifier was given", K02: "The identifier has a wrong form", K03: "The registry has no such record", K04: "The name differs from the registry's", K05: "The birth date differs from the registry's", K06: "This postal code cannot exist",
  K07: "The registry has another address", K08: "A proof of address is needed", K09: "The bank has no open account of this number", K10: "The account belongs to somebody else", K11: "The name is close to a listed one",
  K12: "The answer was about somebody else", K14: "The registry answers later",
};

const OUTCOMES = ["clear", "mismatch", "no_record", "hit", "pending"] as const;

function read(answer: OutboundAnswer): KycAnswer {
  if (answer.kind !== "answer") return { kind: answer.kind === "doubt" ? "in_doubt" : "outage", why: answer.why };
  if (answer.status >= 500) return { kind: "outage", why: `status ${answer.status}` };
  let wire: Partial<KycResult & { outcome: string; code: string }>;
  try {
    wire = JSON.parse(answer.body.toString("utf8")) as typeof wire;
  } catch {
    return { kind: "unreadable", why: "the answer is no verification" };
  }
  if (answer.status >= 400) return { kind: "refused", why: String(wire.code ?? "refused") };
  const outcome = OUTCOMES.find((each) => each === wire.outcome);
  if (outcome === undefined || typeof wire.verificationId !== "string") return { kind: "unreadable", why: "the answer is no verification" };
  return { kind: outcome, result: { verificationId: wire.verificationId, matchScore: wire.matchScore ?? 0, fields: wire.fields ?? [], reasons: (wire.reasons ?? []).map(({ code }) => ({ code, text: REASONS[code] ?? "See the provider's code" })), matches: wire.matches ?? [] } };
}
