import Type from "typebox";
import { DateJson, Id, InstantJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";

export const AddressJson = Type.Object({ line1: Text(200), line2: Type.Optional(Text(200)), city: Text(100), region: Text(100), postalCode: Text(20), country: Type.String({ pattern: "^[A-Z]{2}$" }) }, { additionalProperties: false });
export const IdentifierJson = Type.Object({ scheme: Type.String({ pattern: "^[A-Z_]{2,20}$" }), value: Text(40) }, { additionalProperties: false });
export const PartyRequest = Type.Object({
  kind: Type.Optional(OneOf(["person", "organisation"])), givenName: Type.Optional(Text(100)), familyName: Type.Optional(Text(100)), legalName: Type.Optional(Text(200)), birthDate: Type.Optional(DateJson),
  phone: Type.Optional(Text(30)), email: Type.Optional(Text(200)), address: Type.Optional(AddressJson), identifiers: Type.Optional(Type.Array(IdentifierJson, { maxItems: 6 })),
}, { additionalProperties: false });
export const PartyJson = Type.Object({
  id: Type.String(), kind: OneOf(["person", "organisation"]), displayName: Type.String(), givenName: Nullable(Type.String()), familyName: Nullable(Type.String()), birthDate: Nullable(Type.String()),
  phone: Nullable(Type.String()), email: Nullable(Type.String()),
  address: Nullable(Type.Object({ line1: Type.String(), line2: Type.Optional(Type.String()), city: Type.String(), region: Type.String(), postalCode: Type.String(), country: Type.String() })),
  identifiers: Type.Array(Type.Object({ scheme: Type.String(), value: Type.String() })), masked: Type.Boolean(), version: Type.Integer(),
});
export const PartyItem = Type.Object({ id: Type.String(), kind: Type.String(), displayName: Type.String(), branchId: Nullable(Id), createdAt: InstantJson });
export const Duplicates = Type.Object({ items: Type.Array(Type.Object({ partyId: Type.String(), displayName: Type.String(), by: OneOf(["identifier", "contact", "name_and_birth_date"]) })) });
