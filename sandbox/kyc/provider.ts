import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import { addRoute, ok } from "../http.ts";
import type { Keys } from "../keys.ts";
import { faultsOfName, nameEffect } from "../magic-values.ts";
import { Refusal } from "../refusal.ts";
import { Address, DateText, Identifier, identifierKey, NameText, ReferenceText, Shape } from "../schemas.ts";
import { diceOf, sha256, stableId } from "../seeded.ts";
import type { Change } from "../state.ts";
import { type ListEntry, screen } from "./sanctions.ts";
import { clearedFinding, type Finding, pendingFinding, type RegistryPerson, screenFinding, strangerFinding, verifyAddress, verifyBankAccount, verifyIdentity, wrongCodeFinding } from "./verify.ts";

const ContactText = Type.Optional(Type.String({ maxLength: 200 }));
export const VerificationRequest = Shape({
  reference: ReferenceText,
  kind: Type.Enum(["identity", "pan", "ssn", "aadhaar", "address", "bank_account", "sanctions", "otp"]),
  person: Shape({
    givenName: Type.String({ maxLength: 200 }), familyName: NameText, birthDate: Type.Optional(DateText),
    address: Type.Optional(Type.Union([Address, Type.Null()])), phone: ContactText, email: ContactText,
  }),
  identifier: Type.Optional(Identifier),
  documentSha256: Type.Optional(Type.String({ pattern: "^[0-9a-f]{64}$" })),
  asOf: DateText,
});
export type VerificationRequest = Static<typeof VerificationRequest>;

const RegistryFile = Shape({ givenName: Type.String({ maxLength: 200 }), familyName: NameText, birthDate: Type.Optional(DateText), address: Type.Optional(Type.Union([Address, Type.Null()])) });
const OtpCode = Shape({ code: Type.String({ pattern: "^\\d{6}$" }) });
const PENDING_READS = 3;
const CODE_TRIES = 3;

interface Verification {
  readonly verificationId: string;
  readonly fingerprint: string;
  readonly request: VerificationRequest;
  finding: Finding;
  reads: number;
  wrongCodes: number;
}

export type Kyc = ReturnType<typeof createKyc>;

/** The KYC service: a registry that learns, the checks, and what became of each reference. */
export function createKyc(seed: string, lists: readonly ListEntry[]) {
  const registry = new Map<string, RegistryPerson>();
  const verifications = new Map<string, Verification>();

  const find = (reference: string): Verification => {
    const found = verifications.get(reference);
    if (found === undefined) throw new Refusal(404, "kyc.verification_unknown", `No verification with reference ${reference} was received.`);
    return found;
  };

  const operations = {
    seed: (input: { scheme: string; value: string; person: RegistryPerson }) => {
      registry.set(identifierKey(input.scheme, input.value), input.person);
    },
    verify: (input: VerificationRequest & { wrongPerson: boolean }): Verification => {
      const { wrongPerson, ...request } = input;
      const fingerprint = sha256(JSON.stringify([request.kind, request.person, request.identifier ?? null]));
      const before = verifications.get(request.reference);
      if (before !== undefined) {
        if (before.fingerprint !== fingerprint) throw new Refusal(422, "kyc.reference_reused", `Reference ${request.reference} was used for another person or check.`);
        return before;
      }
      const finding = wrongPerson ? strangerFinding() : judge(request, registry, lists);
      const made: Verification = { verificationId: stableId("ver", seed, request.reference), fingerprint, request, finding, reads: 0, wrongCodes: 0 };
      verifications.set(request.reference, made);
      const { identifier } = request;
      const key = identifier === undefined ? undefined : identifierKey(identifier.scheme, identifier.value);
      if (key !== undefined && finding.outcome === "clear" && !registry.has(key)) registry.set(key, request.person);
      return made;
    },
    read: (input: { reference: string }): Verification => {
      const found = find(input.reference);
      found.reads += 1;
      if (found.reads > PENDING_READS) found.finding = clearedFinding();
      return found;
    },
    enterCode: (input: { reference: string; code: string }): Verification => {
      const found = find(input.reference);
      if (found.request.kind !== "otp") throw new Refusal(409, "kyc.no_code_expected", `Verification ${input.reference} is not of kind otp.`);
      if (found.finding.outcome !== "pending") throw new Refusal(409, "kyc.code_settled", `Verification ${input.reference} is ${found.finding.outcome} already.`);
      if (input.code === codeFor(input.reference)) {
        found.finding = clearedFinding();
      } else {
        found.wrongCodes += 1;
        if (found.wrongCodes >= CODE_TRIES) found.finding = wrongCodeFinding();
      }
      return found;
    },
  };

  const codeFor = (reference: string): string => String(diceOf(seed, "otp", reference).between(0, 999_999)).padStart(6, "0");
  return { operations, find, codeFor, known: (reference: string): boolean => verifications.has(reference) };
}

function judge(request: VerificationRequest, registry: ReadonlyMap<string, RegistryPerson>, lists: readonly ListEntry[]): Finding {
  const { person, identifier } = request;
  const onFile = identifier === undefined ? undefined : registry.get(identifierKey(identifier.scheme, identifier.value));
  if (nameEffect(person.familyName) === "pending") return pendingFinding("K14", "The registry answers later");
  switch (request.kind) {
    case "sanctions": return screenFinding(screen(lists, person.givenName, person.familyName, person.birthDate));
    case "otp": return pendingFinding("K15", "A code was sent");
    case "address": return verifyAddress(person, onFile, request.documentSha256 !== undefined);
    case "bank_account": return verifyBankAccount(person, identifier, onFile);
    default: return verifyIdentity(person, identifier, onFile);
  }
}

const verificationAnswer = (each: Verification): Readonly<Record<string, unknown>> => (
  { verificationId: each.verificationId, reference: each.request.reference, kind: each.request.kind, asOf: each.request.asOf, ...each.finding });

/** @param sendCode carries a one-time code to the person's inbox */
export function kycRoutes(app: FastifyInstance, keys: Keys, kyc: Kyc, change: Change<Kyc["operations"]>, sendCode: (reference: string, to: string, code: string, asOf: string) => void): void {
  addRoute(app, keys, {
    provider: "kyc", method: "POST", path: "/kyc/v1/verifications", body: VerificationRequest,
    magic: (body) => faultsOfName(body.person.familyName, !kyc.known(body.reference)),
    handle: ({ body, wrongPerson }) => {
      if (kyc.known(body.reference)) return ok(verificationAnswer(kyc.operations.verify({ ...body, wrongPerson })));
      const to = body.person.phone ?? body.person.email;
      if (body.kind === "otp" && to === undefined) throw new Refusal(422, "kyc.contact_missing", "A code needs person.phone or person.email.");
      const made = change("verify", { ...body, wrongPerson });
      if (body.kind === "otp" && to !== undefined) sendCode(body.reference, to, kyc.codeFor(body.reference), body.asOf);
      return ok(verificationAnswer(made));
    },
  });
  addRoute(app, keys, {
    provider: "kyc", method: "GET", path: "/kyc/v1/verifications/:reference",
    handle: ({ params }) => {
      const reference = params["reference"] ?? "";
      const found = kyc.find(reference);
      const waits = nameEffect(found.request.person.familyName) === "pending" && found.finding.outcome === "pending";
      return ok(verificationAnswer(waits ? change("read", { reference }) : found));
    },
  });
  addRoute(app, keys, {
    provider: "kyc", method: "POST", path: "/kyc/v1/verifications/:reference/otp", body: OtpCode,
    handle: ({ params, body }) => ok(verificationAnswer(change("enterCode", { reference: params["reference"] ?? "", code: body.code }))),
  });
  addRoute(app, keys, {
    provider: "kyc", method: "PUT", path: "/kyc/v1/persons/:scheme/:value", body: RegistryFile,
    handle: ({ params, body }) => {
      const { scheme = "", value = "" } = params;
      change("seed", { scheme, value, person: body });
      return ok({ scheme: scheme.toUpperCase(), value });
    },
  });
}
