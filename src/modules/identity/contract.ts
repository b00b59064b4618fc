import Type, { type Static } from "typebox";
import { Id, InstantJson, MoneyJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";
import { ROLES } from "#kernel/permissions.ts";

export const RoleName = OneOf(ROLES, "Role");
export const SignInRequest = Type.Object({ email: Type.String({ format: "email", maxLength: 200 }), password: Type.String({ minLength: 1, maxLength: 200 }), totpCode: Type.Optional(Type.String({ pattern: "^[0-9]{6}$" })) }, { additionalProperties: false });
export const Session = Type.Object({ token: Type.String(), expiresAt: InstantJson });
export const CodeRequest = Type.Object({ channel: OneOf(["sms", "email"]), address: Text(200) }, { additionalProperties: false });
export const CodeSent = Type.Object({ codeId: Type.String(), expiresAt: InstantJson });
export const CodeSignIn = Type.Object({ codeId: Id, code: Type.String({ pattern: "^[0-9]{6}$" }) }, { additionalProperties: false });
export const TokenRequest = Type.Object({ grantType: OneOf(["client_credentials"]), clientId: Id, clientSecret: Type.String({ minLength: 20, maxLength: 200 }) }, { additionalProperties: false });
export const Me = Type.Object({
  id: Type.String(), name: Type.String(), kind: Type.String(), roles: Type.Array(Type.String()), branchId: Nullable(Type.String()), partyId: Nullable(Type.String()),
  permissions: Type.Array(Type.Object({ permission: Type.String(), scope: Type.String() })), amountLimits: Type.Array(MoneyJson),
});
export type Me = Static<typeof Me>;
export const UserItem = Type.Object({
  id: Type.String(), email: Type.String(), name: Type.String(), roles: Type.String(), branchId: Nullable(Type.String()), status: Type.String(), secondFactor: Type.Boolean(), amountLimit: Nullable(MoneyJson), createdAt: InstantJson, version: Type.Integer(),
});
export const NewUserRequest = Type.Object({
  email: Type.String({ format: "email", maxLength: 200 }), name: Text(120), roles: Type.Array(RoleName, { minItems: 1, maxItems: 5, uniqueItems: true }), branchId: Type.Optional(Id),
  amountLimits: Type.Optional(Type.Array(MoneyJson, { maxItems: 10 })), password: Type.Optional(Type.String({ maxLength: 200 })), oidcSubject: Type.Optional(Text(200)),
}, { additionalProperties: false });
export const UserChange = Type.Object({
  roles: Type.Optional(Type.Array(RoleName, { minItems: 1, maxItems: 5, uniqueItems: true })), status: Type.Optional(OneOf(["active", "disabled"])), branchId: Type.Optional(Nullable(Id)),
  amountLimits: Type.Optional(Type.Array(MoneyJson, { maxItems: 10 })),
}, { additionalProperties: false });
export const ClientRequest = Type.Object({ name: Text(120), roles: Type.Array(RoleName, { minItems: 1, maxItems: 5, uniqueItems: true }) }, { additionalProperties: false });
export const ClientItem = Type.Object({ id: Type.String(), name: Type.String(), roles: Type.String(), status: Type.String(), createdAt: InstantJson });
export const NewBranch = Type.Object({ code: Type.String({ pattern: "^[A-Z0-9]{2,10}$" }), name: Text(120), region: Text(60) }, { additionalProperties: false });
export const BranchItem = Type.Object({ id: Type.String(), code: Type.String(), name: Type.String(), region: Type.String() });
export const SavedView = Type.Object({ id: Type.String(), list: Type.String(), name: Type.String(), query: Type.String(), shared: OneOf(["private", "everyone"]), mine: Type.Boolean() });
export const NewSavedView = Type.Object({ list: Text(80), name: Text(80), query: Type.String({ maxLength: 2000 }), shared: OneOf(["private", "everyone"]) }, { additionalProperties: false });

const Named = Type.Object({ id: Type.String(), name: Type.String() });
/** Whose id is whose name. */
export const Directory = Type.Object({ branches: Type.Array(Named), people: Type.Array(Named, { description: "Staff and API clients, those who left too" }) });
