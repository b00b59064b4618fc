import type { Outbound, OutboundAnswer } from "#kernel/outbound.ts";
import type { Bureau, BureauAnswer, BureauReport, PersonAsked } from "#modules/origination/ports.ts";

export interface ProviderAddress { readonly url: string; readonly key: string }

interface Wire {
  readonly reportId: string; readonly reference: string; readonly asOf: string; readonly outcome: "hit" | "no_record";
  readonly person: { readonly givenName: string; readonly familyName: string; readonly birthDate?: string; readonly identifiers: readonly { scheme: string; value: string }[] } | null;
  readonly score: { readonly model: string; readonly value: number; readonly range: { readonly low: number; readonly high: number }; readonly reasons: readonly { code: string; text: string }[] } | null;
  readonly tradelines: BureauReport["tradelines"]; readonly enquiries: BureauReport["enquiries"]; readonly summary: BureauReport["summary"];
}

/** The credit bureau, reached over HTTP. A repeat of a reference is answered with the same report and charged once. */
export function bureauAt(outbound: Outbound, { url, key }: ProviderAddress): Bureau {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return {
    async enquire({ reference, kind, consentId, country, asOf, person }) {
      const { givenName, familyName, birthDate, identifiers, address } = person;
      const body = JSON.stringify({ reference, kind, consentId, country, asOf, person: { givenName, familyName, birthDate, identifiers, ...(address === undefined ? {} : { address: wireAddress(address) }) } });
      return read(await outbound.call({ method: "POST", url: `${url}/bureau/v1/enquiries`, headers, body }), person);
    },
    async find(reference, person) {
      const answer = await outbound.call({ method: "GET", url: `${url}/bureau/v1/enquiries/${encodeURIComponent(reference)}`, headers });
      return answer.kind === "answer" && answer.status === 404 ? { kind: "unknown" } : read(answer, person);
    },
  };
}

/** Only what the provider's schema knows of an address. */
export function wireAddress({ line1, city, region, postalCode, country }: NonNullable<PersonAsked["address"]>) {
  return { line1, city, region, postalCode, country };
}

function read(answer: OutboundAnswer, asked: PersonAsked): BureauAnswer {
  if (answer.kind !== "answer") return { kind: answer.kind === "doubt" ? "in_doubt" : "outage", why: answer.why };
  if (answer.status >= 500) return { kind: "outage", why: `status ${answer.status}` };
  if (answer.status >= 400) return { kind: "refused", why: refusal(answer.body) };
  const wire = parse(answer.body);
  if (wire === undefined) return { kind: "unreadable", why: "the answer is no bureau report" };
  if (wire.outcome === "no_record") return { kind: "no_record", reportId: wire.reportId };
  // A report about somebody else must neither count for nor against the applicant, and is not kept.
  if (wire.person === null || !samePerson(wire.person, asked)) return { kind: "wrong_person" };
  const score = wire.score === null ? null : { model: wire.score.model, value: wire.score.value, low: wire.score.range.low, high: wire.score.range.high, reasons: wire.score.reasons };
  return { kind: "hit", report: { reportId: wire.reportId, asOf: wire.asOf, score, tradelines: wire.tradelines, enquiries: wire.enquiries, summary: wire.summary } };
}

function samePerson(found: NonNullable<Wire["person"]>, asked: PersonAsked): boolean {
  const plain = (text: string) => text.replace(/[\s-]/g, "").toUpperCase();
  const shared = found.identifiers.filter((f) => asked.identifiers.some((a) => a.scheme === f.scheme));
  if (shared.some((f) => !asked.identifiers.some((a) => a.scheme === f.scheme && plain(a.value) === plain(f.value)))) return false;
  return plain(found.familyName) === plain(asked.familyName) && (found.birthDate === undefined || asked.birthDate === undefined || found.birthDate.slice(5) === asked.birthDate.slice(5) || shared.length > 0);
}

function parse(body: Buffer): Wire | undefined {
  try {
    const read = JSON.parse(body.toString("utf8")) as Partial<Wire>;
    const sound = typeof read.reportId === "string" && (read.outcome === "hit" || read.outcome === "no_record") && Array.isArray(read.tradelines) && typeof read.summary === "object";
    return sound ? (read as Wire) : undefined;
  } catch {
    return undefined;
  }
}

/** The provider's code for what it refused; its text may name the person and is not kept. */
export function refusal(body: Buffer): string {
  try {
    return String((JSON.parse(body.toString("utf8")) as { code?: unknown }).code ?? "refused");
  } catch {
    return "refused";
  }
}
