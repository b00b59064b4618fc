import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { currentTenant } from "#kernel/tenants.ts";
import { identifierValid } from "../domain/person.ts";

const SCHEMES = ["PAN", "AADHAAR", "SSN", "GSTIN", "EIN"];

/**
 * Ids of the parties with exactly this phone number, e-mail address or official identifier; none when the text is none of these. The
 * lookup is by keyed hash, so that a part of a number finds nobody. A phone number may be written without its country code.
 */
export async function partiesKnownBy(tx: Tx, ctx: Context, text: string): Promise<string[]> {
  const { keys } = ctx.services;
  const { country } = await currentTenant(tx);
  const digits = /^[+\d][\d\s().-]{6,20}$/.test(text) ? parsePhoneNumberFromString(text, country as CountryCode) : undefined;
  const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
  const plain = text.replace(/[\s-]/g, "").toUpperCase();
  const schemes = SCHEMES.filter((scheme) => identifierValid({ scheme, value: plain }));
  const contacts = [...(digits?.isValid() === true ? [keys.blindIndex(ctx.tenantId, "phone", digits.number)] : []), ...(email === undefined ? [] : [keys.blindIndex(ctx.tenantId, "email", email)])];
  if (contacts.length === 0 && schemes.length === 0) return [];
  const rows = await tx.rows<{ party_id: string }>("parties.known_by",
    `SELECT party_id FROM parties.contact WHERE address_index = ANY($1::bytea[])
     UNION SELECT party_id FROM parties.identifier WHERE (scheme, value_index) IN (SELECT * FROM unnest($2::text[], $3::bytea[]))`,
    [contacts, schemes, schemes.map((scheme) => keys.blindIndex(ctx.tenantId, scheme, plain))]);
  return rows.map((row) => row.party_id);
}
