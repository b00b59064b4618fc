import type { IsoDate } from "#engine/index.ts";
import type { Context } from "#kernel/context.ts";
import type { Tx } from "#kernel/db.ts";
import type { Progress } from "#kernel/job-progress.ts";
import type { Facts } from "../domain/difference.ts";

export type Settings = Readonly<Record<string, unknown>>;

/** What a file is made of and for. */
export interface ReportOrder {
  readonly period: { readonly from: IsoDate; readonly to: IsoDate };
  /** The day the file is made, and the instant. */
  readonly businessDate: IsoDate;
  readonly madeAt: string;
  readonly settings: Settings;
  /** On a correction: what was filed of the period, by key; only what differs goes into the file. */
  readonly filed: ReadonlyMap<string, { readonly fingerprint: string; readonly facts: Facts }> | null;
}

/** Where a kind puts what it makes. */
export interface Sink {
  line(text: string): void;
  /** Keeps what the file says of one thing; `record` is hashed with a key, `facts` hold nothing personal. */
  row(key: string, record: string, facts: Facts): void;
  /** The keyed hash a record would be kept under. */
  fingerprint(record: string): string;
  total(name: string, value: number): void;
  /** To be awaited now and then: writes what has gathered. */
  flush(): Promise<void>;
  progress: Progress;
}

/** One kind of report: how its file is made from the owners' views. */
export interface ReportKind {
  readonly fileName: (order: ReportOrder) => string;
  readonly contentType: string;
  readonly correctable: boolean;
  make(tx: Tx, ctx: Context, order: ReportOrder, sink: Sink): Promise<"done" | "stopped">;
  /** Reads the file back; what is wrong with it, in words. */
  check(lines: AsyncIterable<string>): Promise<readonly string[]>;
}

/** A text among the settings of a definition; empty when it is not there. */
export function setting(settings: Settings, name: string): string {
  const value = settings[name];
  return typeof value === "string" ? value : "";
}
