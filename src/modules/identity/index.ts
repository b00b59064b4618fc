/** Identity: who signs in, in which role, and which sessions are open. */
import type { Services } from "#kernel/context.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import type { MessageSender } from "./ports.ts";
import { identityRoutes } from "./routes.ts";

export { authenticator } from "./sessions.ts";
export { createApiClient, createUser, type NewUser } from "./commands/manage-users.ts";
export { contactIndex, type Contact } from "./domain/contact.ts";
export { branchIds, createBranch } from "./commands/create-branch.ts";

export function identityModule(services: Services, messages: MessageSender): ModuleDefinition {
  return {
    name: "identity",
    routes: (app) => identityRoutes(app, services, messages),
    subscribers: [{
      name: "identity.link_party",
      eventTypes: ["parties.party_registered"],
      // A party registered by staff or by import can sign in with its phone number or e-mail address from then on.
      handle: (ctx, event) => ctx.transaction(async (tx) => {
        for (const index of event.payload["contactIndexes"] as string[]) {
          await tx.run("identity.borrower.link", "INSERT INTO identity.borrower_login (address_index, party_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [Buffer.from(index, "hex"), event.subject, tx.now]);
        }
      }),
    }],
  };
}
