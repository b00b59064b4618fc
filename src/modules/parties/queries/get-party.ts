import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import { mask, normalParty, type Address, type PartyInput } from "../domain/person.ts";
import { problem } from "../problems.ts";
import { indexesOf, openDetails } from "../sealed.ts";

/** A party as it is shown: masked, unless revealed to somebody who may see it. */
export interface PartyView {
  readonly id: string;
  readonly kind: "person" | "organisation";
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly birthDate: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly address: Address | null;
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[];
  readonly masked: boolean;
  readonly version: number;
}

interface Row { id: string; kind: "person" | "organisation"; display_name: string; given_name: string | null; family_name: string | null; wrapped_key: Buffer; sealed: Buffer; version: bigint }

/** One party. May raise party.not_found. */
export async function getParty(tx: Tx, ctx: Context, partyId: string, options: { reveal?: boolean } = {}): Promise<PartyView> {
  const party = (await getParties(tx, ctx, [partyId], options)).get(partyId);
  if (party === undefined) throw problem("party.not_found");
  return party;
}

/** Many at once, by id; unknown ids are left out. */
export async function getParties(tx: Tx, ctx: Context, partyIds: readonly string[], options: { reveal?: boolean } = {}): Promise<Map<string, PartyView>> {
  const [rows, identifiers] = await Promise.all([
    tx.rows<Row>("parties.party.read", "SELECT * FROM parties.party WHERE id = ANY($1)", [partyIds]),
    tx.rows<SealedIdentifier>("parties.identifier.read", "SELECT party_id, scheme, sealed, masked FROM parties.identifier WHERE party_id = ANY($1) ORDER BY scheme", [partyIds]),
  ]);
  const of = Map.groupBy(identifiers, (i) => i.party_id);
  return new Map(rows.map((row) => [row.id, viewOf(ctx, row, of.get(row.id) ?? [], options.reveal === true)]));
}

interface SealedIdentifier { party_id: string; scheme: string; sealed: Buffer; masked: string }

function viewOf(ctx: Context, row: Row, identifiers: readonly SealedIdentifier[], reveal: boolean): PartyView {
  const details = openDetails(ctx, row.wrapped_key, row.id, row.sealed);
  const shown = (text: string | undefined) => (text === undefined ? null : reveal ? text : mask(text));
  return {
    id: row.id, kind: row.kind, displayName: row.display_name, givenName: row.given_name, familyName: row.family_name,
    birthDate: details.birthDate === undefined ? null : reveal ? details.birthDate : `${details.birthDate.slice(0, 4)}-••-••`,
    phone: shown(details.phone), email: shown(details.email),
    address: details.address === undefined ? null : reveal ? details.address : { ...details.address, line1: "••••", line2: undefined },
    identifiers: identifiers.map((i) => ({ scheme: i.scheme, value: reveal ? ctx.services.keys.open(row.wrapped_key, i.sealed, `${row.id}:${i.scheme}`).toString() : i.masked })),
    masked: !reveal, version: Number(row.version),
  };
}

/** Records that may be the same person, the surest first. Never says which identifier matched, only that one did. */
export async function findDuplicates(tx: Tx, ctx: Context, input: PartyInput): Promise<{ partyId: string; displayName: string; by: "identifier" | "contact" | "name_and_birth_date" }[]> {
  const { party } = normalParty(input);
  const index = indexesOf(ctx, party);
  const rows = await tx.rows<{ id: string; display_name: string; rank: number }>("parties.duplicates",
    `SELECT p.id, p.display_name, min(f.rank) AS rank FROM (
       SELECT party_id, 1 AS rank FROM parties.identifier WHERE (scheme, value_index) IN (SELECT * FROM unnest($1::text[], $2::bytea[]))
       UNION ALL SELECT party_id, 2 FROM parties.contact WHERE address_index = ANY($3::bytea[])
       UNION ALL SELECT id, 3 FROM parties.party WHERE name_index = $4
     ) f JOIN parties.party p ON p.id = f.party_id GROUP BY p.id, p.display_name ORDER BY rank, p.display_name LIMIT 20`,
    [party.identifiers.map((i) => i.scheme), party.identifiers.map((i) => ctx.services.keys.blindIndex(tx.tenantId, i.scheme, i.value)), [index.phone, index.email].filter((i) => i !== undefined), index.name]);
  return rows.map((row) => ({ partyId: row.id, displayName: row.display_name, by: row.rank === 1 ? "identifier" as const : row.rank === 2 ? "contact" as const : "name_and_birth_date" as const }));
}
