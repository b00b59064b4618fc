/** The parts of JSON Schema that the API document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

// A day before every demo lender's books begin: a body made of it closes no day and moves no clock.
const TEXTS = [
  "because of a test", "2025-12-31", "100.00", "0.12", "INR", "2025-12-31T00:00:00.000Z", "about_it", "about-it", "nobody@example.com", "https://example.org/back", "123456", "0".repeat(64),
  "la_000000000000000000000", "IN", "LN00000001", "+919812345678", "1", "loanwright-funded-loan/1",
];

/** The smallest body a schema takes: what is required and nothing else, so that a call gets past validation to the object it names. */
export function sampleOf(schema: Schema | undefined, document: object): unknown {
  if (schema === undefined) return undefined;
  if (schema.$ref !== undefined) return sampleOf(resolve(schema.$ref, document), document);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sampleOf(schema.anyOf[0], document);
  const type = typeof schema.type === "string" ? schema.type : schema.type?.[0];
  if (type === "object" || schema.properties !== undefined) return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name], document)]));
  if (type === "array") return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items, document));
  if (type === "integer" || type === "number") return Math.max(schema.minimum ?? 1, 1);
  if (type === "boolean") return true;
  if (type === "string") return textFor(schema);
  return null;
}

function textFor({ pattern, format, minLength = 0, maxLength = 1000 }: Schema): string {
  if (format === "email") return "nobody@example.com";
  if (format === "uri") return "https://example.org/back";
  if (format === "date") return "2025-12-31";
  if (format === "date-time") return "2025-12-31T00:00:00.000Z";
  const shape = new RegExp(pattern ?? "", "u");
  return TEXTS.find((text) => text.length >= minLength && text.length <= maxLength && shape.test(text)) ?? "x".repeat(Math.max(1, minLength));
}

function resolve(ref: string, document: object): Schema {
  return ref.slice(2).split("/").reduce((part: unknown, name) => (part as Record<string, unknown>)[name.replaceAll("~1", "/")], document) as Schema;
}
