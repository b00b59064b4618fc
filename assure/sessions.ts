import { DEMO_STAFF, LENDERS } from "#app/seed.ts";
import type { Role } from "#kernel/permissions.ts";
import type { Client } from "./client.ts";

/** Sessions of the staff of both lenders, by login and by role, and of an officer of another branch. */
export async function signInStaff(client: Client): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const lender of LENDERS) {
    for (const user of DEMO_STAFF) {
      const token = await client.signInStaff(lender.slug, user.login);
      tokens.set(`${lender.slug}/${user.login}`, token);
      const role = user.roles[0] as Role;
      if (!tokens.has(`${lender.slug}/${role}`)) tokens.set(`${lender.slug}/${role}`, token);
    }
  }
  tokens.set("bharat-other/loan_officer", tokens.get("bharat/officer2") ?? "");
  return tokens;
}
