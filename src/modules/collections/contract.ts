import Type, { type Static } from "typebox";
import { DateJson, Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";
import { CHANNELS, OUTCOMES } from "./domain/contact-rules.ts";

const caseFields = {
  id: Id, loanAccountId: Id, loanNumber: Nullable(Type.String()), partyId: Nullable(Id), borrowerName: Nullable(Type.String()), productCode: Nullable(Type.String()),
  state: OneOf(["watching", "open", "closed"]), stage: OneOf(["collections", "recovery"]), bucket: Nullable(Type.String()), daysPastDue: Type.Integer(), overdue: MoneyJson,
  brokenPromise: Type.Boolean(), nextContactDate: DateJson, lastContactAt: Nullable(InstantJson), lastOutcome: Nullable(Type.String()),
  claimedBy: Nullable(Type.String()), claimedUntil: Nullable(InstantJson), openedAt: InstantJson,
};
export const CaseItem = Type.Object(caseFields);

export const ContactJson = Type.Object({
  id: Id, channel: OneOf(CHANNELS), outcome: OneOf(OUTCOMES), note: Nullable(Type.String()), contactedAt: InstantJson, actorId: Type.String(),
  overriddenRule: Nullable(Type.String()), overrideReason: Nullable(Type.String()),
});
export const PromiseJson = Type.Object({ id: Id, amount: MoneyJson, dueDate: DateJson, state: OneOf(["open", "kept", "broken", "withdrawn"]), madeOn: DateJson, madeBy: Type.String(), settledOn: Nullable(DateJson) });
const AllowanceJson = Type.Object({ channel: OneOf(CHANNELS), allowed: Type.Boolean(), rule: Nullable(Type.String()), sentence: Type.String(), attemptsLeft: Type.Integer() });
export const CaseJson = Type.Object({
  ...caseFields, closedAt: Nullable(InstantJson), closeReason: Nullable(Type.String()), version: Type.Integer(),
  contacts: Type.Array(ContactJson), promises: Type.Array(PromiseJson),
  /** What the contact rules say at this moment, by channel. */
  contactRules: Type.Array(AllowanceJson),
});
export type CaseJson = Static<typeof CaseJson>;
export const NextCase = Type.Object({ case: Nullable(CaseJson) });

export const ContactRequest = Type.Object({
  channel: OneOf(CHANNELS), outcome: OneOf(OUTCOMES), note: Type.Optional(Text(1000)), followUpDate: Type.Optional(DateJson),
  overrideReason: Type.Optional(Text(300, 5)),
}, { additionalProperties: false });
export const ContactAnswer = Type.Object({ contactId: Id, nextContactDate: DateJson });
export const PromiseRequest = Type.Object({ amount: MoneyJson, dueDate: DateJson }, { additionalProperties: false });
