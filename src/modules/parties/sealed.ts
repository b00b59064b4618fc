import type { Context } from "#kernel/context.ts";
import type { Address, PartyInput } from "./domain/person.ts";

/** The part of a party that is stored sealed under the party's own key. */
export interface Details { readonly birthDate?: string; readonly phone?: string; readonly email?: string; readonly address?: Address }

export function sealDetails(ctx: Context, key: Buffer, partyId: string, party: Details): Buffer {
  const { birthDate, phone, email, address } = party;
  return ctx.services.keys.seal(key, JSON.stringify({ birthDate, phone, email, address }), `${partyId}:details`);
}

export function openDetails(ctx: Context, key: Buffer, partyId: string, sealed: Buffer): Details {
  return JSON.parse(ctx.services.keys.open(key, sealed, `${partyId}:details`).toString()) as Details;
}

/** Keyed hashes by which a party is found again: contacts alone, name and birth date together. */
export function indexesOf(ctx: Context, party: PartyInput & { displayName: string }): { name: Buffer; phone?: Buffer; email?: Buffer } {
  const { keys } = ctx.services;
  const plainName = party.displayName.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "").sort().join(" ");
  return {
    name: keys.blindIndex(ctx.tenantId, "name-and-birth-date", `${plainName}|${party.birthDate ?? ""}`),
    phone: party.phone === undefined ? undefined : keys.blindIndex(ctx.tenantId, "phone", party.phone),
    email: party.email === undefined ? undefined : keys.blindIndex(ctx.tenantId, "email", party.email),
  };
}
