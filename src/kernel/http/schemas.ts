import Type, { type Static, type TSchema } from "typebox";

/** Schemas that every module's contract is made of; named, so that generated clients are tidy. */
export const MoneyJson = Type.Object(
  {
    amount: Type.String({ pattern: "^-?[0-9]{1,15}(\\.[0-9]{1,3})?$", description: "Decimal text in major units, at most the currency's decimals" }),
    currency: Type.String({ pattern: "^[A-Z]{3}$", description: "ISO 4217" }),
  },
  { additionalProperties: false, description: "An amount of money", examples: [{ amount: "1234.50", currency: "INR" }] },
);
export type MoneyJson = Static<typeof MoneyJson>;

export const DateJson = Type.String({ format: "date", description: "Calendar day, YYYY-MM-DD", examples: ["2026-01-31"] });
export const InstantJson = Type.String({ format: "date-time", description: "Instant, RFC 3339 in UTC" });
export const RateJson = Type.String({ pattern: "^-?[0-9]{1,3}(\\.[0-9]{1,9})?$", description: "Yearly rate as a decimal fraction: 7.25 % is 0.0725" });
export const Id = Type.String({ pattern: "^[a-z]{2,5}_[0-9a-z]{1,40}$", description: "Identifier that carries its kind" });
export const Text = (maxLength: number, minLength = 1) => Type.String({ minLength, maxLength, pattern: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$" });

/** A closed set of words, published as one enum schema. */
export function OneOf<const T extends readonly string[]>(values: T, description?: string) {
  return Type.Unsafe<T[number]>({ type: "string", enum: [...values], ...(description === undefined ? {} : { description }) });
}

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

export const ListQueryJson = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 200, description: "Free text" })),
  filter: Type.Optional(Type.Union([Type.String({ maxLength: 500 }), Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 })], { description: "column:operator:value, repeatable; operators eq ne lt le gt ge in has" })),
  sort: Type.Optional(Type.String({ maxLength: 200, description: "column or -column, several with commas" })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 2000 })),
  format: Type.Optional(OneOf(["json", "csv"] as const)),
});
export type ListQueryJson = Static<typeof ListQueryJson>;

/** A page of a list. */
export function PageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), total: Type.Integer({ description: "Counted up to 10,000" }), totalIsExact: Type.Optional(Type.Boolean({ description: "False: there are more than `total`" })), nextCursor: Nullable(Type.String()), hasMore: Type.Boolean() });
}
