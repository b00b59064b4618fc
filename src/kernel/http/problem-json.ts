import Type from "typebox";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { databaseAway, isRetryable } from "../db.ts";
import { Problem, type FieldError } from "../problems.ts";
import { problem } from "../kernel-problems.ts";
import { Id, MoneyJson, RateJson, Text } from "./schemas.ts";

const BY_FASTIFY_CODE: Readonly<Record<string, "request.too_large" | "request.unsupported_media_type" | "request.malformed">> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "request.too_large",
  FST_REQ_FILE_TOO_LARGE: "request.too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "request.unsupported_media_type",
  FST_ERR_CTP_INVALID_JSON_BODY: "request.malformed",
  FST_ERR_CTP_EMPTY_JSON_BODY: "request.malformed",
};

/** A refusal as it is sent, for the contract; some carry members of their own besides. */
export const ProblemJson = Type.Object({
  type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String(), instance: Type.String({ description: "Names the request, as logs and audit records do" }),
  code: Type.String({ description: "What programs go by; it never changes" }), fix: Type.String({ description: "What to do about it" }), retryable: Type.Boolean(),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() }), { description: "Every wrong field at once" })),
});

/** The one place where errors become answers: refusals as RFC 9457 problems, faults as a bare 500 with an id to look for. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = asProblem(error);
  if (refusal === undefined) {
    request.log.error({ err: error, requestId: request.id }, "request failed");
    return send(reply, request, { code: "internal.fault", status: 500, title: "Something broke on our side", detail: "The fault is logged under the request id; nothing was saved.", errors: [], extra: {}, fix: "Try again; if it stays, report the request id." });
  }
  return send(reply, request, { code: refusal.code, status: refusal.status, title: refusal.title, detail: refusal.message, errors: refusal.errors, extra: refusal.extra, fix: refusal.fix });
}

interface Parts {
  readonly code: string; readonly status: number; readonly title: string; readonly detail: string; readonly fix: string;
  readonly errors: readonly FieldError[]; readonly extra: Readonly<Record<string, unknown>>;
}

function send(reply: FastifyReply, request: FastifyRequest, p: Parts): FastifyReply {
  const body = {
    type: `/problems/${p.code}`, title: p.title, status: p.status, detail: p.detail, instance: `/requests/${request.id}`, code: p.code, fix: p.fix,
    retryable: p.status === 429 || p.status === 503 || p.code === "idempotency.in_flight",
    ...(p.errors.length === 0 ? {} : { errors: p.errors }), ...p.extra,
  };
  // The serializer of the route's own answer must not touch it, so it is sent as text.
  return reply.code(p.status).header("content-type", "application/problem+json; charset=utf-8").serializer((text: string) => text).send(JSON.stringify(body));
}

function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  // A repeat with the same key finds out what became of it.
  if (databaseAway(error)) return problem("service.unavailable", "The database did not answer.");
  // Five attempts met others each time: nothing was kept, and a repeat finds them gone.
  if (isRetryable(error)) return problem("service.unavailable", "Too many others change the same records just now.");
  const known = error as Partial<FastifyError>;
  if (known.validation !== undefined) return problem("request.invalid", undefined, { errors: known.validation.map((v) => fieldError(v, known.validationContext)) });
  const code = BY_FASTIFY_CODE[known.code ?? ""];
  if (code !== undefined) return problem(code);
  if (known.statusCode !== undefined && known.statusCode >= 400 && known.statusCode < 500) return known.statusCode === 429 ? problem("request.too_many") : problem("request.malformed", known.message);
  return undefined;
}

interface AjvError { readonly instancePath: string; readonly keyword: string; readonly message?: string; readonly params?: Readonly<Record<string, unknown>> }

function fieldError(error: AjvError, context: string | undefined): FieldError {
  const missing = error.params?.["missingProperty"] ?? error.params?.["additionalProperty"];
  const path = typeof missing === "string" ? `${error.instancePath}/${missing}` : error.instancePath;
  const place = context === undefined || context === "body" ? "" : `/${context}`;
  return { pointer: `${place}${path}`, code: `field.${error.keyword.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}`, detail: sentence(error) };
}

/** What a pattern asks for, in words: a regular expression tells people nothing. */
const FORMS: ReadonlyMap<unknown, string> = new Map([
  [patternOf(Id), "This is not an id: one looks like la_7q2x, a short kind, an underscore, then letters and digits."],
  [patternOf(RateJson), "Write a yearly rate as a fraction with a point: 7.25 % is 0.0725."],
  [patternOf(MoneyJson.properties.amount), "Write an amount with a point and no other signs, such as 1234.56."],
  [patternOf(MoneyJson.properties.currency), "Write a currency by its three capital letters, such as INR."],
  [patternOf(Text(1)), "It holds characters that cannot be shown."],
]);

function patternOf(schema: object): unknown {
  return "pattern" in schema ? schema.pattern : undefined;
}

function sentence(error: AjvError): string {
  switch (error.keyword) {
    case "required": return "This field is needed.";
    case "additionalProperties": return "This field is not known here.";
    case "enum": return `Use one of: ${(error.params?.["allowedValues"] as string[] | undefined)?.join(", ") ?? ""}.`;
    case "format": return error.params?.["format"] === "date" ? "Use a calendar day as YYYY-MM-DD." : `Use the form ${String(error.params?.["format"])}.`;
    case "pattern": return FORMS.get(error.params?.["pattern"]) ?? "It does not have the form that is expected here.";
    default: return `It ${error.message ?? "is not valid"}.`;
  }
}
