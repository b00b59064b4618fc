import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import * as outbox from "#kernel/outbox.ts";
import { normalParty, mask, type Party, type PartyInput } from "../domain/person.ts";
import { problem } from "../problems.ts";
import { indexesOf, openDetails, sealDetails } from "../sealed.ts";

/**
 * Makes the one record of a person or organisation, or finds it again by an identifier and completes it.
 * May raise party.invalid with every wrong field, party.identifier_conflict.
 *
 * @param given.partyId  the id a borrower got at first sign-in; absent: a new one
 */
export async function registerParty(tx: Tx, ctx: Context, input: PartyInput, given: { partyId?: string; branchId?: string } = {}): Promise<{ partyId: string; existing: boolean }> {
  const { party, errors } = normalParty(input);
  if (errors.length > 0) throw problem("party.invalid", undefined, { errors });
  const found = await findByIdentifiers(tx, ctx, party);
  const known = found ?? (given.partyId === undefined ? undefined : await exists(tx, given.partyId));
  if (found !== undefined && given.partyId !== undefined && found !== given.partyId) throw problem("party.identifier_conflict");
  const partyId = known ?? given.partyId ?? ctx.ids.next("pty");
  if (known === undefined) await insert(tx, ctx, partyId, party, given.branchId);
  else await complete(tx, ctx, partyId, party);
  const contacts = await saveIndexes(tx, ctx, partyId, party);
  await audit.record(tx, ctx, { action: known === undefined ? "party.record.created" : "party.record.completed", subject: partyId, after: { schemes: party.identifiers.map((i) => i.scheme) } });
  await outbox.add(tx, ctx, { type: "parties.party_registered", subject: partyId, payload: { contactIndexes: contacts.map((c) => c.toString("hex")) } });
  return { partyId, existing: known !== undefined };
}

async function findByIdentifiers(tx: Tx, ctx: Context, party: Party): Promise<string | undefined> {
  if (party.identifiers.length === 0) return undefined;
  const rows = await tx.rows<{ party_id: string }>("parties.identifier.find", "SELECT DISTINCT party_id FROM parties.identifier WHERE (scheme, value_index) IN (SELECT * FROM unnest($1::text[], $2::bytea[]))",
    [party.identifiers.map((i) => i.scheme), party.identifiers.map((i) => ctx.services.keys.blindIndex(tx.tenantId, i.scheme, i.value))]);
  if (rows.length > 1) throw problem("party.identifier_conflict", "The identifiers belong to different people.");
  return rows[0]?.party_id;
}

async function exists(tx: Tx, partyId: string): Promise<string | undefined> {
  return (await tx.maybe<{ id: string }>("parties.party.exists", "SELECT id FROM parties.party WHERE id = $1", [partyId]))?.id;
}

async function insert(tx: Tx, ctx: Context, partyId: string, party: Party, branchId: string | undefined): Promise<void> {
  const key = ctx.services.keys.newWrappedKey();
  await tx.run("parties.party.insert",
    `INSERT INTO parties.party (id, kind, given_name, family_name, display_name, wrapped_key, sealed, name_index, branch_id, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
    [partyId, party.kind, party.givenName ?? null, party.familyName ?? null, party.displayName, key, sealDetails(ctx, key, partyId, party), indexesOf(ctx, party).name, branchId ?? null, tx.now]);
  await saveIdentifiers(tx, ctx, partyId, key, party);
}

/** What we did not know is added; what we knew stays, unless it is given anew. */
async function complete(tx: Tx, ctx: Context, partyId: string, party: Party): Promise<void> {
  const row = await tx.one<{ wrapped_key: Buffer; sealed: Buffer }>("parties.party.lock", "SELECT wrapped_key, sealed FROM parties.party WHERE id = $1 FOR UPDATE", [partyId]);
  const before = openDetails(ctx, row.wrapped_key, partyId, row.sealed);
  const merged = { ...party, birthDate: party.birthDate ?? before.birthDate, phone: party.phone ?? before.phone, email: party.email ?? before.email, address: party.address ?? before.address };
  await tx.run("parties.party.complete",
    "UPDATE parties.party SET given_name = coalesce($2, given_name), family_name = coalesce($3, family_name), display_name = $4, sealed = $5, name_index = $6, version = version + 1, changed_at = $7 WHERE id = $1",
    [partyId, party.givenName ?? null, party.familyName ?? null, party.displayName, sealDetails(ctx, row.wrapped_key, partyId, merged), indexesOf(ctx, merged).name, tx.now]);
  await saveIdentifiers(tx, ctx, partyId, row.wrapped_key, party);
}

async function saveIdentifiers(tx: Tx, ctx: Context, partyId: string, key: Buffer, party: Party): Promise<void> {
  const { keys } = ctx.services;
  for (const { scheme, value } of party.identifiers) {
    await tx.run("parties.identifier.save",
      `INSERT INTO parties.identifier (party_id, scheme, value_index, sealed, masked) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, party_id, scheme) DO UPDATE SET value_index = excluded.value_index, sealed = excluded.sealed, masked = excluded.masked`,
      [partyId, scheme, keys.blindIndex(tx.tenantId, scheme, value), keys.seal(key, value, `${partyId}:${scheme}`), mask(value)]);
  }
}

async function saveIndexes(tx: Tx, ctx: Context, partyId: string, party: Party): Promise<Buffer[]> {
  const { phone, email } = indexesOf(ctx, party);
  for (const [kind, index] of [["phone", phone], ["email", email]] as const) {
    if (index !== undefined) {
      await tx.run("parties.contact.save", "INSERT INTO parties.contact (party_id, kind, address_index) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, party_id, kind) DO UPDATE SET address_index = excluded.address_index", [partyId, kind, index]);
    }
  }
  return [phone, email].filter((index) => index !== undefined);
}
