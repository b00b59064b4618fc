import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";

const closed = <T extends Record<string, import("typebox").TSchema>>(properties: T) => Type.Object(properties, { additionalProperties: false });
const Share = Type.String({ pattern: "^[0-9](\\.[0-9]{1,9})?$", description: "Share as a decimal fraction: 12 % is 0.12" });
const From = Type.Integer({ minimum: 0, maximum: 20_000 });
const To = Nullable(Type.Integer({ minimum: 0, maximum: 20_000, description: "null: open" }));
const Code = Type.String({ pattern: "^[a-z][a-z0-9-]{1,40}$" });
const Product = Type.String({ pattern: "^(\\*|[a-z][a-z0-9-]{0,60})$", description: "Code of a product, or * for all others" });
const Name = Type.String({ minLength: 1, maxLength: 40 });

/** A provision policy: which loss each loan is expected to bring. */
export const PolicyDefinition = Type.Union([
  closed({ method: Type.Literal("irac"), contagion: Type.Boolean({ description: "The worst loan of a borrower classifies all of that borrower's" }), bands: Type.Array(closed({ class: Name, from: From, to: To, rate: Share }), { minItems: 1, maxItems: 40 }) }),
  closed({
    method: Type.Literal("ifrs9"), stage2From: From, stage3From: From, stage2Classes: Type.Array(Name, { maxItems: 20 }),
    pd: Type.Array(closed({ product: Product, bands: Type.Array(closed({ from: From, to: To, pd: Share }), { minItems: 1, maxItems: 40 }) }), { minItems: 1, maxItems: 100 }), lgd: Type.Array(closed({ product: Product, lgd: Share }), { minItems: 1, maxItems: 100 }),
    overlays: Type.Array(closed({ product: Product, stage: OneOf(["1", "2", "3"] as const), factor: Share, reason: Text(200) }), { maxItems: 60 }),
  }),
  closed({ method: Type.Literal("cecl"), pools: Type.Array(closed({ product: Product, bands: Type.Array(closed({ from: From, to: To, rate: Share }), { minItems: 1, maxItems: 60 }) }), { minItems: 1, maxItems: 100 }), adjustment: Nullable(closed({ plus: Share, reason: Text(200) })) }),
]);
export const NewPolicyJson = closed({ code: Code, name: Text(120), book: OneOf(["statutory", "regulatory", "management"] as const), definition: PolicyDefinition });
export const PolicyItem = Type.Object({ id: Id, code: Type.String(), number: Type.Integer(), name: Type.String(), method: Type.String(), book: Type.String(), state: Type.String(), madeBy: Type.String(), madeAt: InstantJson });
export const PolicyJson = Type.Object({ ...PolicyItem.properties, definition: Type.Unknown() });
export type PolicyJson = Static<typeof PolicyJson>;

export const RunRequest = closed({ policyCode: Code, date: Type.Optional(DateJson) });
export const RunItem = Type.Object({ id: Id, policyCode: Type.String(), method: Type.String(), book: Type.String(), businessDate: DateJson, state: Type.String(), loans: Type.Integer(), madeBy: Type.String(), madeAt: InstantJson });
const Movement = Type.Object({ stage: Type.String(), opening: MoneyJson, added: MoneyJson, movedIn: MoneyJson, movedOut: MoneyJson, remeasured: MoneyJson, released: MoneyJson, closing: MoneyJson });
export const RunJson = Type.Object({
  ...RunItem.properties, previousId: Nullable(Id),
  stages: Type.Array(Type.Object({ stage: Type.String(), loans: Type.Integer(), exposure: MoneyJson, loss: MoneyJson, coverage: Type.String({ description: "Loss as a share of the exposure" }) })),
  movements: Type.Array(Movement, { description: "opening + added + movedIn − movedOut + remeasured − released = closing" }),
});
export type RunJson = Static<typeof RunJson>;
export const LineItem = Type.Object({
  loanAccountId: Id, number: Type.String(), borrowerName: Type.String(), productCode: Type.String(), branchId: Nullable(Type.String()), stage: Type.String(), dpd: Type.Integer(), exposure: MoneyJson, rate: Type.String(), loss: MoneyJson, reason: Type.String(),
});
