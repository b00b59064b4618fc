import * as audit from "#kernel/audit.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { mask, normalParty, type PartyInput } from "../domain/person.ts";
import { problem } from "../problems.ts";
import { indexesOf, sealDetails } from "../sealed.ts";

/**
 * Makes records of many people at once, in three statements and one audit record: for a portfolio that comes from another system,
 * whose own people are already told apart. An identifier that somebody has already is a fault of the whole batch.
 * May raise party.invalid with the fields at fault, by line.
 *
 * @returns their ids, in the order given
 */
export async function registerParties(tx: Tx, ctx: Context, inputs: readonly PartyInput[], branchIds: readonly (string | null)[]): Promise<string[]> {
  const { keys } = ctx.services;
  const parties: Record<string, unknown>[] = [];
  const identifiers: Record<string, unknown>[] = [];
  const contacts: Record<string, unknown>[] = [];
  const ids: string[] = [];
  for (const [line, input] of inputs.entries()) {
    const { party, errors } = normalParty(input);
    if (errors.length > 0) throw problem("party.invalid", undefined, { errors: errors.map((e) => ({ ...e, pointer: `/${line}${e.pointer}` })) });
    const id = ctx.ids.next("pty");
    const key = keys.newWrappedKey();
    const index = indexesOf(ctx, party);
    ids.push(id);
    parties.push({
      id, kind: party.kind, given_name: party.givenName ?? null, family_name: party.familyName ?? null, display_name: party.displayName, wrapped_key: hex(key),
      sealed: hex(sealDetails(ctx, key, id, party)), name_index: hex(index.name), branch_id: branchIds[line] ?? null,
    });
    for (const { scheme, value } of party.identifiers) {
      identifiers.push({ party_id: id, scheme, value_index: hex(keys.blindIndex(tx.tenantId, scheme, value)), sealed: hex(keys.seal(key, value, `${id}:${scheme}`)), masked: mask(value) });
    }
    for (const kind of ["phone", "email"] as const) if (index[kind] !== undefined) contacts.push({ party_id: id, kind, address_index: hex(index[kind]) });
  }
  await tx.run("parties.party.insert_many",
    `INSERT INTO parties.party (id, kind, given_name, family_name, display_name, wrapped_key, sealed, name_index, branch_id, created_at, changed_at)
     SELECT id, kind, given_name, family_name, display_name, wrapped_key, sealed, name_index, branch_id, $2, $2 FROM json_populate_recordset(null::parties.party, $1::json)`, [JSON.stringify(parties), tx.now]);
  await tx.run("parties.identifier.insert_many",
    "INSERT INTO parties.identifier (party_id, scheme, value_index, sealed, masked) SELECT party_id, scheme, value_index, sealed, masked FROM json_populate_recordset(null::parties.identifier, $1::json)", [JSON.stringify(identifiers)]);
  await tx.run("parties.contact.insert_many",
    "INSERT INTO parties.contact (party_id, kind, address_index) SELECT party_id, kind, address_index FROM json_populate_recordset(null::parties.contact, $1::json)", [JSON.stringify(contacts)]);
  await audit.record(tx, ctx, { action: "party.records.created", subject: ids[0] ?? tx.tenantId, after: { count: ids.length, first: ids[0], last: ids.at(-1) } });
  return ids;
}

function hex(bytes: Buffer): string {
  return `\\x${bytes.toString("hex")}`;
}
