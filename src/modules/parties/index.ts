/** Parties: one record for each person and organisation we know. */
import type { ModuleDefinition } from "#kernel/module.ts";
import { partyRoutes } from "./routes.ts";

export { registerParty } from "./commands/register-party.ts";
export { registerParties } from "./commands/register-many.ts";
export { findDuplicates, getParties, getParty, type PartyView } from "./queries/get-party.ts";
export { partiesKnownBy } from "./queries/find-parties.ts";
export type { Address, Identifier, PartyInput } from "./domain/person.ts";

export const module: ModuleDefinition = { name: "parties", routes: partyRoutes };
