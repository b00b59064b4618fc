import type { Context } from "#kernel/context.ts";
import { makeContext } from "#kernel/context.ts";
import { jobActor } from "#kernel/permissions.ts";
import type { OpenServices } from "../open-services.ts";
import type { Wiring } from "../wiring.ts";

/** What a command of the command line works with. */
export interface Run {
  readonly open: OpenServices;
  readonly wiring: Wiring;
  /** The lenders it is for: all, or the one of --lender. */
  readonly tenants: readonly string[];
  readonly options: Options;
  /** Words after the command's name. */
  readonly words: readonly string[];
}

export interface Options {
  readonly until?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format?: string;
  readonly out?: string;
  readonly filter?: readonly string[];
  readonly sort?: string;
  readonly search?: string;
  readonly loans?: string;
  readonly seed?: string;
  readonly history?: string;
}

/** `ok` decides the exit code; what was written to a file or to standard output already is not in the answer. */
export interface Outcome {
  readonly ok: boolean;
  readonly answer: unknown;
}

export type Command = (run: Run) => Promise<Outcome>;

/** A command line that was typed wrong: told in one sentence, exit code 2. */
export class Misuse extends Error {}

/** The command line acts as itself, and the audit trail says so. */
export function cliContext(run: Run, tenantId: string): Context {
  const { services } = run.open;
  return makeContext(services, { tenantId, actor: jobActor("command_line"), requestId: services.ids.next("req") });
}

/** The one lender a command is for. @throws Misuse when there are several and none is named */
export function oneTenant(run: Run): string {
  const [only, second] = run.tenants;
  if (only === undefined) throw new Misuse("there is no lender yet: run loanwright seed, or start the program once");
  if (second !== undefined) throw new Misuse(`name the lender with --lender: ${run.tenants.join(", ")}`);
  return only;
}
