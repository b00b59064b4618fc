import type { DualControl } from "./approvals.ts";
import type { Context } from "./context.ts";
import type { Tx } from "./db.ts";
import type { App } from "./http/app.ts";
import type { Progress, ResultWriter } from "./job-progress.ts";

/** What a module gives the program; collected in app/wiring.ts. */
export interface ModuleDefinition {
  readonly name: string;
  /** Hangs the module's routes on the server, under /v1. */
  routes?(app: App): void;
  /** Reactions to other modules' published facts: each runs as a job of its own, at least once. */
  readonly subscribers?: readonly Subscriber[];
  /** Work that the queue carries out. */
  readonly jobs?: readonly JobDefinition[];
  /** Acts that take two people. */
  readonly dualControls?: readonly DualControl<never>[];
  /** What end of day must do, ordered by `order`. */
  readonly endOfDay?: readonly EndOfDayStep[];
  /** Sandbox lenders only: what the outside world does on a day before the clock closes it. It may run twice for a day. */
  beforeSandboxDay?(ctx: Context, date: string): Promise<void>;
}

export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly businessDate: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Subscriber {
  /** Unique; the name of the job: origination.notify_applicant */
  readonly name: string;
  readonly eventTypes: readonly string[];
  handle(ctx: Context, event: PublishedEvent): Promise<void>;
}

export interface JobDefinition<P = never> {
  readonly name: string;
  /** Five-field cron in UTC, when the job comes by itself for every tenant. */
  readonly cron?: string;
  handle(ctx: Context, payload: P): Promise<void>;
}

/** Work too long for an answer: people start it, see it in the jobs tray, may stop it, and fetch what came out. */
export interface LongWork<P> {
  /** noun.noun, for instance kernel.list_export */
  readonly kind: string;
  /** Does it on behalf of the actor of `ctx`. It may be begun again after its process died, so it makes its result anew. */
  run(ctx: Context, payload: P, progress: Progress, result: ResultWriter): Promise<void>;
}

/** One named step of end of day. It asks "is it due by now and not yet done?", so it may run twice. */
export interface EndOfDayStep {
  /** Printed and checkpointed: servicing.charge_late_fees */
  readonly name: string;
  /**
   * Place in the day: 100 fall due · 200 apply money received in advance · 300 charge · 400 age · 500 accrue and post · 600 classify and provision ·
   * 700 retry mandates · 800 notify · 900 prove.
   */
  readonly order: number;
  /** 'shard': runs once per shard of loans, each in its own transaction; 'tenant': once. */
  readonly per: "tenant" | "shard";
  /** Days on which there is anything to do; default: every day. */
  readonly on?: "month_end";
  /**
   * Does the step for the business date being closed, in the given transaction, whose businessDate is that day
   * (for everybody else the books are already on the next day). Select your part of the loans by `shard % $shards = $shard`.
   * A loan that fails is put in quarantine by the step (kernel/end-of-day.ts `quarantine`) and the rest go on.
   * @returns how many records it touched and how many failed
   */
  run(tx: Tx, ctx: Context, day: ClosingDay): Promise<{ touched: number; failed: number }>;
}

export interface ClosingDay {
  /** The day being closed. */
  readonly date: string;
  readonly shard: number;
  readonly shards: number;
}
