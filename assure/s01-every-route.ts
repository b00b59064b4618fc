import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlatform } from "#app/platform.ts";
import { PERMISSIONS, ROLES } from "#kernel/permissions.ts";
import { removePostgres } from "#kernel/postgres.ts";
import { clientOf } from "./client.ts";
import { livePortfolio, type Portfolio } from "./live-portfolio.ts";
import { readOperations, scopeOf, type Operation } from "./operations.ts";
import type { Check } from "./result.ts";
import { namedInBodies } from "./s01-bodies.ts";
import { signInStaff } from "./sessions.ts";

interface Answer { readonly status: number; readonly code: string; readonly text: string }
type Call = (operation: Operation, path: string, token: string | undefined) => Promise<Answer>;
interface Parts { readonly operations: readonly Operation[]; readonly objects: Portfolio; readonly tokens: ReadonlyMap<string, string>; readonly call: Call; fault(text: string): void }

const NOBODYS = "la_000000000000000000000";

/**
 * Every route of the API document × every role, a stranger, an ended session and another lender's people, with real object ids and bodies
 * that pass validation. The expected answer comes from the permission table alone. A foreign id must be answered like one that does not exist.
 */
export const s01: Check = {
  id: "S01",
  title: "every route × role × own / other branch / other lender / no token equals the permission table, and leaks nothing",
  async run({ say }) {
    const folder = mkdtempSync(join(tmpdir(), "loanwright-s01-"));
    const platform = await startPlatform({ dataDir: folder, logLevel: "silent" });
    const faults: string[] = [];
    let cases = 0;
    try {
      const client = clientOf(platform.url, platform.sandboxUrl);
      const operations = await readOperations(platform.url);
      const tokens = await signInStaff(client);
      const staffToken = (login: string) => tokens.get(`bharat/${login}`) ?? "";
      const objects = await livePortfolio(platform, operations, staffToken, say);
      for (const [name, who] of [["bharat/borrower", "owner"], ["bharat-other/borrower", "other"], ["prairie/borrower", "prairie"]] as const) tokens.set(name, objects.borrowerToken(who));
      tokens.set("ended", await client.signInStaff("bharat", "auditor"));
      await client.must("POST", "/v1/sign-outs", { token: tokens.get("ended") });
      const fault = (text: string) => void faults.push(text);
      const call: Call = async (operation, path, token) => {
        cases++;
        const answer = await client.call(operation.method, path, { token, body: operation.method === "GET" || operation.method === "DELETE" ? undefined : operation.body });
        const code = /"code":"([a-z_.0-9]+)"/.exec(answer.text)?.[1] ?? "";
        if (answer.status >= 500 && code !== "service.unavailable") fault(`${operation.method} ${path} fails: ${answer.status} ${answer.text.slice(0, 200)}`);
        return { status: answer.status, code, text: answer.text.replace(/req_[0-9a-z]+/g, "req") };
      };
      const parts = { operations, objects, tokens, call, fault };
      // First those who may change nothing, so that they meet everything as it was made.
      await strangers(parts);
      const untried = await foreigners(parts);
      const session = (name: string) => tokens.get(name) ?? "";
      cases += await namedInBodies(client, { owner: session("bharat/borrower"), other: session("bharat-other/borrower"), prairieServicing: session("prairie/servicing"), prairieOfficer: session("prairie/officer") }, fault);
      await lists(parts);
      await roles(parts);
      const withIds = operations.filter((o) => o.path.includes("{") && !o.open).length;
      say(`${operations.length} operations (${withIds - untried.length} of ${withIds} that name an object were tried with real ids), ${ROLES.length} roles, ${objects.lenderIds.size} ids of the lender, ${objects.ownerIds.size} of one borrower, ${objects.branchIds.size} of one branch, ${cases} calls; ${faults.length} faults`);
      if (untried.length > 0) say(`without a real id: ${untried.join(", ")}`);
      for (const line of faults.slice(0, 60)) say(line);
      return { pass: faults.length === 0, cases, violations: faults.length, detail: { operations: operations.length, namingAnObject: withIds, withRealIds: withIds - untried.length, untried, idsOfLender: objects.lenderIds.size, idsOfBorrower: objects.ownerIds.size, idsOfBranch: objects.branchIds.size } };
    } finally {
      await platform.close();
      // The cluster's files may lie outside of the folder, where the server's user can reach them.
      await removePostgres(join(folder, "postgres"));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Nobody, somebody never signed in, and somebody who has signed out. */
async function strangers({ operations, objects, tokens, call, fault }: Parts): Promise<void> {
  for (const operation of operations) {
    if (operation.open) continue;
    const path = (await objects.addressesFor(operation, "staff"))[0]?.real ?? operation.path.replace(/\{[^}]+\}/g, NOBODYS);
    for (const token of [undefined, "bharat.not-a-token-that-was-ever-given-out-00000", tokens.get("ended")]) {
      const answer = await call(operation, path, token);
      if (answer.status !== 401) fault(`${operation.method} ${operation.path} answers ${token === tokens.get("ended") ? "an ended session" : "a stranger"} with ${answer.status} ${answer.code}`);
    }
  }
}

/** People of another lender, another branch and another borrower on real objects: they learn no more than from an id nobody has. */
async function foreigners({ operations, objects, tokens, call, fault }: Parts): Promise<string[]> {
  const untried: string[] = [];
  for (const operation of operations) {
    if (!operation.path.includes("{") || operation.open) continue;
    const pairs = [
      ...ROLES.map((role) => [`prairie/${role}`, "staff"] as const),
      ...(scopeOf(operation, "borrower") === "own" ? [["bharat-other/borrower", "owner"] as const] : []),
      ...(scopeOf(operation, "loan_officer") === "branch" ? [["bharat-other/loan_officer", "officer"] as const] : []),
    ];
    let real = false;
    for (const [stranger, viewer] of pairs) {
      const token = tokens.get(stranger);
      if (token === undefined) throw new Error(`no session for ${stranger}`);
      for (const { real: path, absent } of await objects.addressesFor(operation, viewer)) {
        real = true;
        const [theirs, none] = [await call(operation, path, token), await call(operation, absent, token)];
        const same = theirs.status === none.status && theirs.text.replaceAll(path, "PATH") === none.text.replaceAll(absent, "PATH");
        const emptyList = theirs.status === 200 && theirs.text.includes('"items":[]');
        if (theirs.status < 300 && !emptyList) fault(`${stranger} gets ${theirs.status} from ${operation.method} ${operation.path} for a foreign object: ${theirs.text.slice(0, 150)}`);
        else if (!same) fault(`${stranger} can tell a foreign object from none at ${operation.method} ${operation.path}: ${theirs.text.slice(0, 200)} / ${none.text.slice(0, 200)}`);
      }
    }
    if (!real) untried.push(`${operation.method} ${operation.path}`);
  }
  return untried;
}

/** No list shows another lender's or another borrower's objects. */
async function lists({ operations, objects, tokens, call, fault }: Parts): Promise<void> {
  for (const operation of operations.filter((o) => o.method === "GET" && !o.path.includes("{"))) {
    for (const [name, token] of tokens) {
      const hidden = name.startsWith("prairie/") ? objects.lenderIds : name === "bharat-other/borrower" ? objects.ownerIds : name === "bharat-other/loan_officer" ? objects.branchIds : undefined;
      if (hidden === undefined) continue;
      const { text } = await call(operation, operation.path, token);
      const seen = [...hidden].filter((id) => text.includes(id));
      if (seen.length > 0) fault(`${name} sees ${seen.length} foreign ids at GET ${operation.path}: ${seen.slice(0, 3).join(" ")}`);
    }
  }
}

const ENDS_SESSIONS: ReadonlySet<string> = new Set(["/v1/sign-outs", "/v1/users/{id}/authenticator-removals"]);

/** Each role on its own lender's objects: refused exactly where the table gives it nothing. */
async function roles({ operations, objects, tokens, call, fault }: Parts): Promise<void> {
  for (const operation of operations) {
    for (const role of ROLES) {
      const token = tokens.get(`bharat/${role}`);
      if (token === undefined) throw new Error(`no session for ${role}`);
      const path = (await objects.addressesFor(operation, role === "borrower" ? "owner" : "staff"))[0]?.real ?? operation.path.replace(/\{[^}]+\}/g, NOBODYS);
      const allowed = operation.open || (operation.permission !== undefined && role in PERMISSIONS[operation.permission]);
      // Carried out, these would end a session that the other cases need.
      if (allowed && ENDS_SESSIONS.has(operation.path)) continue;
      const answer = await call(operation, path, token);
      const denied = answer.code === "permission.denied" && answer.text.includes(String(operation.permission));
      if (!allowed && !denied) fault(`${role} is not refused ${operation.method} ${operation.path}: ${answer.status} ${answer.code}`);
      if (allowed && !operation.open && denied) fault(`${role} is refused ${operation.method} ${operation.path}, which the table grants`);
    }
  }
}
