import type { Context } from "#kernel/context.ts";

/** Where a person can be reached; the address is in its normal form (E.164, or lower-case e-mail). */
export interface Contact {
  readonly channel: "sms" | "email";
  readonly address: string;
}

/** Blind index under which a contact is found without being readable. Parties use the same kind and form. */
export function contactIndex(ctx: Context, contact: Contact): Buffer {
  return ctx.services.keys.blindIndex(ctx.tenantId, contact.channel === "sms" ? "phone" : "email", contact.address);
}
