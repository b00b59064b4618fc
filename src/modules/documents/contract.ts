import Type from "typebox";
import { InstantJson, Nullable, OneOf, Text } from "#kernel/http/schemas.ts";

const textOrNull = Nullable(Type.String());

export const DocumentJson = Type.Object({
  id: Type.String(), ownerKind: Type.String(), ownerId: Type.String(), purpose: Type.String(), fileName: Type.String(), contentType: Type.String(), byteCount: Type.Integer(), sha256: Type.String(), originalType: textOrNull,
  state: OneOf(["received", "accepted", "refused"]), reason: textOrNull, storedBy: Type.String(), storedAt: InstantJson, reviewedBy: textOrNull, reviewedAt: Nullable(InstantJson),
});
/** The fields of the multipart form, with the hash of its file. */
export const UploadForm = Type.Object({
  ownerKind: Type.String({ pattern: "^[a-z_]{2,40}$", description: "application, loan_account, party …" }),
  ownerId: Type.String({ pattern: "^[a-z]{2,5}_[0-9a-z]{1,40}$" }),
  purpose: Type.String({ pattern: "^[a-z][a-z0-9_]{1,60}$", description: "identity, income, address …" }),
  fileName: Text(500), sha256: Type.String(),
}, { additionalProperties: false, description: "multipart/form-data: ownerKind, ownerId, purpose, then one part named file" });
export const StoredJson = Type.Object({ id: Type.String(), sha256: Type.String(), contentType: Type.String(), bytes: Type.Integer() });
export const ReviewRequest = Type.Object({ decision: OneOf(["accepted", "refused"]), reason: Type.Optional(Text(500)) }, { additionalProperties: false });
export const ReviewedJson = Type.Object({ id: Type.String(), state: OneOf(["accepted", "refused"]) });
