import type pg from "pg";
import type { Context, Services } from "#kernel/context.ts";
import { makeContext } from "#kernel/context.ts";
import { grantsOf, jobActor, type Actor, type Role } from "#kernel/permissions.ts";
import { Problem } from "#kernel/problems.ts";
import type { ModuleDefinition } from "#kernel/module.ts";
import { reverseEvent, readLoan, type LockedLoan } from "#modules/servicing/index.ts";
import { makeLoans, type MadeLoan } from "../loans.ts";

/** How an act ended. */
export type Outcome = { readonly done: true; readonly value: unknown } | { readonly done: false; readonly code: string };

/** Two acts that share a constraint, to be carried out at the same moment, and who says whether the constraint held. */
export interface Race {
  readonly acts: readonly [() => Promise<unknown>, () => Promise<unknown>];
  /** What is broken, in words; none when the constraint held. */
  judge(outcomes: readonly [Outcome, Outcome]): Promise<string[]> | string[];
  /** Makes everything as it was, so that the next race finds the same. */
  after?(): Promise<void>;
}

/** A pair of commands. Each lane has a subject of its own (a loan, a receipt), so that lanes race beside one another. */
export interface Pair {
  readonly name: string;
  /** Why only so many lanes: the subject is one for the whole lender. */
  readonly lanes?: number;
  /** Makes a subject, and then race after race about it; a new subject after some races, so that its history stays short. */
  stage(world: RaceWorld, lane: number): Promise<() => Promise<Race>>;
}

export interface RaceWorld {
  readonly services: Services;
  readonly modules: readonly ModuleDefinition[];
  readonly owner: pg.Pool;
  readonly businessDate: string;
  /** Somebody on the staff who may do all of it, up to a limit; each call is a request of its own. */
  staff(name: string, limitMinor?: bigint): Context;
  /** The platform itself. */
  system(): Context;
  loan(): Promise<MadeLoan>;
  /** Reverses all that stands on a loan but its payout, the newest first. */
  undoAll(loanAccountId: string): Promise<void>;
  read(loanAccountId: string): Promise<LockedLoan>;
}

const TENANT = "tn_bharat";
const HANDS: readonly Role[] = ["servicing_agent", "finance_officer", "operations_officer", "funding_officer"];
const NO_LIMIT = 1_000_000_000_00n;
const LOANS_AT_ONCE = 50;

export function raceWorld(services: Services, modules: readonly ModuleDefinition[], owner: pg.Pool, businessDate: string): RaceWorld {
  const grants = grantsOf(HANDS);
  const request = (actor: Actor) => makeContext(services, { tenantId: TENANT, actor, requestId: services.ids.next("req") });
  const staff: RaceWorld["staff"] = (name, limitMinor = NO_LIMIT) => request({ kind: "staff", id: `usr_${name}`, name, roles: HANDS, grants, amountLimits: new Map([["INR", limitMinor]]) });
  const read: RaceWorld["read"] = (id) => services.db.transaction(TENANT, (tx) => readLoan(tx, id), "read");
  let making: Promise<MadeLoan[]> = Promise.resolve([]);
  let seed = 1;
  return {
    services, modules, owner, businessDate, staff, read,
    system: () => request(jobActor("check")),
    loan: async () => {
      for (;;) {
        const loans = await making;
        const loan = loans.pop();
        if (loan !== undefined) return loan;
        // Whoever finds none left first makes more; the others wait for the same ones.
        const empty = making;
        await Promise.resolve();
        if (making === empty) making = makeLoans(services, TENANT, LOANS_AT_ONCE, ++seed);
      }
    },
    undoAll: async (loanAccountId) => {
      const { events } = await read(loanAccountId);
      const undone = new Set(events.flatMap((e) => (e.type === "reversed" ? [e.eventId] : [])));
      for (const event of [...events].reverse()) {
        if (event.type === "reversed" || event.type === "disbursed" || undone.has(event.id)) continue;
        await reverseEvent(staff("tidier"), { loanAccountId, eventId: event.id, reason: "for the next race" });
      }
    },
  };
}

/** Carries out both acts at the same moment; a fault that is no refusal ends the run. */
export async function raceOnce(race: Race, delay: (nth: number) => Promise<void>): Promise<[Outcome, Outcome]> {
  const run = async (act: () => Promise<unknown>, nth: number): Promise<Outcome> => {
    await delay(nth);
    try {
      return { done: true, value: await act() };
    } catch (error) {
      if (error instanceof Problem) return { done: false, code: error.code };
      throw error;
    }
  };
  return Promise.all([run(race.acts[0], 0), run(race.acts[1], 1)]);
}

/** Exactly one of both came through, and the other was refused by one of these codes. */
export function onlyOne(outcomes: readonly [Outcome, Outcome], ...codes: readonly string[]): string[] {
  const done = outcomes.filter((o) => o.done).length;
  const refused = outcomes.flatMap((o) => (o.done ? [] : [o.code]));
  if (done !== 1) return [`${done} of both came through (${refused.join(", ")})`];
  return refused.every((code) => codes.includes(code)) ? [] : [`refused by ${refused.join(", ")}`];
}
