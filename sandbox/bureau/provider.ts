import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { addRoute, ok } from "../http.ts";
import type { Keys } from "../keys.ts";
import { faultsOfName } from "../magic-values.ts";
import { Refusal } from "../refusal.ts";
import { BureauPerson, CountryText, DateText, identifierKey, ReferenceText, Shape } from "../schemas.ts";
import { sha256, stableId } from "../seeded.ts";
import type { Change } from "../state.ts";
import { composeReport } from "./compose.ts";
import { PersonFile } from "./person-file.ts";
import type { PastEnquiry, Report } from "./report.ts";
import { strangerOf, syntheticFile } from "./synthetic.ts";

export const EnquiryRequest = Shape({
  reference: ReferenceText,
  kind: Type.Enum(["soft", "hard"]),
  consentId: Type.String({ minLength: 1, maxLength: 200 }),
  country: CountryText,
  asOf: DateText,
  person: BureauPerson,
});
export type EnquiryRequest = Static<typeof EnquiryRequest>;

interface Enquiry {
  readonly fingerprint: string;
  readonly report: Report;
}

export type Bureau = ReturnType<typeof createBureau>;

/** The credit bureau: files of persons, enquiries by the caller's reference, and what was charged. */
export function createBureau(seed: string) {
  const files = new Map<string, PersonFile>();
  const enquiries = new Map<string, Enquiry>();
  const hardEnquiries = new Map<string, PastEnquiry[]>();
  const charged = { soft: 0, hard: 0, hits: 0, noRecord: 0 };

  const operations = {
    seed: (input: { scheme: string; value: string; file: PersonFile }) => {
      files.set(identifierKey(input.scheme, input.value), input.file);
    },
    enquire: (input: EnquiryRequest & { wrongPerson: boolean }): Report => {
      const fingerprint = sha256(JSON.stringify([input.kind, input.country, input.person]));
      const before = enquiries.get(input.reference);
      if (before !== undefined) {
        if (before.fingerprint !== fingerprint) throw new Refusal(422, "bureau.reference_reused", `Reference ${input.reference} was used for another person or kind of enquiry.`);
        return before.report;
      }
      const { subject, file } = fileOf(input);
      const made = hardEnquiries.get(subject) ?? [];
      const told = input.wrongPerson ? { ...file, noRecord: false, person: strangerOf(input.person) } : file;
      const report = composeReport({ reportId: stableId("rep", seed, input.reference), reference: input.reference, kind: input.kind, asOf: input.asOf }, told, subject, seed, made);
      enquiries.set(input.reference, { fingerprint, report });
      charged[input.kind] += 1;
      charged[report.outcome === "hit" ? "hits" : "noRecord"] += 1;
      if (input.kind === "hard") hardEnquiries.set(subject, [...made, { date: input.asOf, lender: "Enquiry through this sandbox", kind: "hard" }]);
      return report;
    },
  };

  /** A seeded file by any identifier, else a synthetic one by the first. */
  function fileOf(input: EnquiryRequest): { subject: string; file: PersonFile } {
    const ids = input.person.identifiers.map((each) => identifierKey(each.scheme, each.value));
    for (const id of ids) {
      const file = files.get(id);
      if (file !== undefined) return { subject: id, file };
    }
    const subject = ids[0] ?? `NAME:${input.person.givenName} ${input.person.familyName} ${input.person.birthDate}`.toUpperCase();
    return { subject, file: syntheticFile(seed, subject, input.person, input.country) };
  }

  return {
    operations,
    known: (reference: string): boolean => enquiries.has(reference),
    report: (reference: string): Report | undefined => enquiries.get(reference)?.report,
    statistics: () => ({ charged: charged.soft + charged.hard, ...charged }),
  };
}

export function bureauRoutes(app: FastifyInstance, keys: Keys, bureau: Bureau, change: Change<Bureau["operations"]>): void {
  addRoute(app, keys, {
    provider: "bureau", method: "POST", path: "/bureau/v1/enquiries", body: EnquiryRequest,
    magic: (body) => faultsOfName(body.person.familyName, !bureau.known(body.reference)),
    // A repeat changes nothing, and so is not journaled.
    handle: ({ body, wrongPerson }) => ok(bureau.known(body.reference) ? bureau.operations.enquire({ ...body, wrongPerson }) : change("enquire", { ...body, wrongPerson })),
  });
  addRoute(app, keys, {
    provider: "bureau", method: "GET", path: "/bureau/v1/enquiries/:reference",
    handle: ({ params }) => {
      const report = bureau.report(params["reference"] ?? "");
      if (report === undefined) throw new Refusal(404, "bureau.enquiry_unknown", `No enquiry with reference ${params["reference"]} was received, and none was charged.`);
      return ok(report);
    },
  });
  addRoute(app, keys, { provider: "bureau", method: "GET", path: "/bureau/v1/statistics", handle: () => ok(bureau.statistics()) });
  addRoute(app, keys, {
    provider: "bureau", method: "PUT", path: "/bureau/v1/persons/:scheme/:value", body: PersonFile,
    handle: ({ params, body }) => {
      const { scheme = "", value = "" } = params;
      change("seed", { scheme, value, file: body });
      return ok({ scheme: scheme.toUpperCase(), value });
    },
  });
}
