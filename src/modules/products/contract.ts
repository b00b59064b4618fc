import Type, { type Static } from "typebox";
import { DateJson, InstantJson, MoneyJson, Nullable, OneOf, RateJson, Text } from "#kernel/http/schemas.ts";

/** Request and answer schemas of products. A definition travels as a document of its own; its schema is in definition-schema.ts. */
export const DefinitionJson = Type.Unsafe<Record<string, unknown>>({ type: "object", additionalProperties: true, description: "ProductDefinition" });
export const VersionState = OneOf(["draft", "published", "retired"] as const);
export const ProductItem = Type.Object({
  id: Type.String(), code: Type.String(), name: Type.String(), currency: Type.String(), currentVersionId: Nullable(Type.String()), currentNumber: Nullable(Type.Integer()), drafts: Type.Integer(), createdAt: InstantJson,
});
export const VersionItem = Type.Object({
  id: Type.String(), productId: Type.String(), code: Type.String(), name: Type.String(), currency: Type.String(), number: Type.Integer(), state: VersionState, note: Type.String(), effectiveFrom: Nullable(DateJson),
  madeBy: Type.String(), madeAt: InstantJson, publishedBy: Nullable(Type.String()), publishedAt: Nullable(InstantJson), definitionHash: Type.String(),
});
export const VersionJson = Type.Object({ ...VersionItem.properties, basedOn: Nullable(Type.String()), rowVersion: Type.Integer(), definition: DefinitionJson, faults: Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), detail: Type.String() })) });
export const NewProduct = Type.Object({ code: Type.String({ pattern: "^[a-z][a-z0-9-]{2,40}$" }), name: Text(120), currency: Type.String({ pattern: "^[A-Z]{3}$" }), note: Type.Optional(Text(500)), definition: DefinitionJson }, { additionalProperties: false });
export const CloneRequest = Type.Object({ note: Type.Optional(Text(500)) }, { additionalProperties: false });
export const DraftChange = Type.Object({ definition: DefinitionJson, note: Type.Optional(Text(500)) }, { additionalProperties: false });
export const PublishRequest = Type.Object({ effectiveFrom: DateJson }, { additionalProperties: false });
export const DiffJson = Type.Object({ from: Type.String(), to: Type.String(), changes: Type.Array(Type.Object({ path: Type.String(), before: Type.Unknown(), after: Type.Unknown() })) });

const terms = { termMonths: Type.Integer({ minimum: 1, maximum: 600 }), annualRate: Type.Optional(RateJson), disbursementDate: Type.Optional(DateJson), firstDueDate: Type.Optional(DateJson) };
export const QuoteRequest = Type.Object({ productCode: Text(60), amount: MoneyJson, ...terms }, { additionalProperties: false });
export const PreviewRequest = Type.Object({ amount: MoneyJson, ...terms, definition: Type.Optional(DefinitionJson) }, { additionalProperties: false });
export const QuoteJson = Type.Object({
  productVersionId: Type.String(), regime: OneOf(["IN_RBI", "US_REG_Z"] as const), amount: MoneyJson, netDisbursed: MoneyJson, installment: MoneyJson, annualRate: RateJson, apr: RateJson,
  interest: MoneyJson, fees: MoneyJson, totalCost: MoneyJson, totalPaid: MoneyJson, financeCharge: MoneyJson, firstDueDate: DateJson, lastDueDate: DateJson, installments: Type.Integer(), scheduleHash: Type.String(),
  feeLines: Type.Array(Type.Object({ code: Type.String(), label: Type.Record(Type.String(), Type.String()), amount: MoneyJson, tax: MoneyJson, deducted: Type.Boolean() })),
  rows: Type.Array(Type.Object({ number: Type.Integer(), dueDate: DateJson, principal: MoneyJson, interest: MoneyJson, total: MoneyJson, balance: MoneyJson })),
  /** With no rate given: the best and the dearest rate of the product, both quoted. */
  range: Type.Optional(Type.Object({ lowestRate: RateJson, highestRate: RateJson, lowestInstallment: MoneyJson, highestInstallment: MoneyJson })),
});
export type QuoteJson = Static<typeof QuoteJson>;

const Words = Type.Record(Type.String(), Type.String());
/** A product as visitors may know it. Amounts are decimal text in its currency. */
export const OfferedProduct = Type.Object({
  code: Type.String(), name: Type.String(), currency: Type.String(), regime: OneOf(["IN_RBI", "US_REG_Z"] as const),
  limits: Type.Object({ minimumAmount: Type.String(), maximumAmount: Type.String(), amountMultiple: Type.String(), terms: Type.Array(Type.Integer()) }), fromRate: RateJson, toRate: RateJson,
  fees: Type.Array(Type.Object({ code: Type.String(), label: Words, basis: OneOf(["flat", "percent_of_principal"] as const), value: Type.String(), minimum: Nullable(Type.String()), maximum: Nullable(Type.String()), taxRate: Nullable(RateJson), deducted: Type.Boolean() })),
  penalCharge: Nullable(Type.Object({ annualRate: RateJson, graceDays: Type.Integer() })), lateFee: Nullable(Type.Object({ basis: OneOf(["flat", "percent_of_overdue"] as const), value: Type.String(), graceDays: Type.Integer() })), prepayment: Type.String(),
  papers: Type.Array(Type.Object({ code: Type.String(), label: Words, anyOf: Type.Array(Type.String()) })),
});
export type OfferedProduct = Static<typeof OfferedProduct>;
