import { createHash } from "node:crypto";
import type { Services } from "./context.ts";

const FLUSH_MS = 700;
const HEARTBEAT_MS = 20_000;
const MOST_FAILURES = 1_000;
const PART_BYTES = 1024 * 1024;

/** What long work tells while it is done. Nothing here waits: the figures are written in the background, at most every 0.7 s. */
export interface Progress {
  /** `done` more units are dealt with, `failed` of them without success. */
  step(done?: number, failed?: number): void;
  /** Asked at a safe place: true when somebody wants the work to stop, and then it must. */
  heedStop(): boolean;
  /** How many units there are, once that is known. */
  total(units: number): void;
  /** A unit that could not be done, and why, in words for the person who will mend it; no personal data. */
  fail(subject: string, reason: string): void;
  /** A sentence on what is going on, or on what came of it. */
  say(detail: string): void;
}

/** Counts in memory and writes to the run's row from time to time; each write is also the sign that the process lives. */
export class RunProgress implements Progress {
  readonly #services: Services;
  readonly #tenantId: string;
  readonly #runId: string;
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #failed = 0;
  #total: number | null = null;
  #detail: string | null = null;
  #failures: { subject: string; reason: string }[] = [];
  #failuresKept = 0;
  #changed = false;
  #written = 0;
  #stopAsked = false;
  #stopped = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(services: Services, tenantId: string, runId: string) {
    this.#services = services;
    this.#tenantId = tenantId;
    this.#runId = runId;
    this.#written = performance.now();
    this.#timer = setInterval(() => void this.#tick(), FLUSH_MS);
    this.#timer.unref();
  }

  /** True when the work was told to stop: work that was finished before it heard is done, not cancelled. */
  get stopped(): boolean {
    return this.#stopped;
  }

  step(done = 1, failed = 0): void {
    this.#done += done;
    this.#failed += failed;
    this.#changed = true;
  }

  heedStop(): boolean {
    this.#stopped = this.#stopAsked;
    return this.#stopped;
  }

  total(units: number): void {
    this.#total = units;
    this.#changed = true;
  }

  fail(subject: string, reason: string): void {
    if (this.#failuresKept + this.#failures.length < MOST_FAILURES) this.#failures.push({ subject: subject.slice(0, 200), reason: reason.slice(0, 1000) });
    this.#changed = true;
  }

  say(detail: string): void {
    this.#detail = detail;
    this.#changed = true;
  }

  /** Writes what is not written yet and stops the timer. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  async #tick(): Promise<void> {
    if (!this.#changed && performance.now() - this.#written < HEARTBEAT_MS) return;
    // The work itself must not fail because its progress could not be told.
    this.#flushing = this.#flushing.then(() => this.#flush()).catch((error: Error) => this.#services.log.warn({ err: error, runId: this.#runId }, "job progress"));
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    this.#changed = false;
    this.#written = performance.now();
    const failures = this.#failures.splice(0);
    const first = this.#failuresKept;
    this.#failuresKept += failures.length;
    await this.#services.db.transaction(this.#tenantId, async (tx) => {
      const row = await tx.one<{ asked: boolean }>("kernel.job.progress",
        `UPDATE kernel.job_run SET done_count = $2, failed_count = $3, total_count = coalesce($4, total_count), detail = coalesce($5, detail), changed_at = $6 WHERE id = $1
         RETURNING cancel_asked_by IS NOT NULL AS asked`, [this.#runId, this.#done, this.#failed, this.#total, this.#detail, tx.now]);
      if (failures.length > 0) await tx.run("kernel.job.failures", `INSERT INTO kernel.job_failure (run_id, position, subject, reason)
        SELECT $1, $2::int + n - 1, s, r FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS f (s, r, n)`, [this.#runId, first + 1, failures.map((f) => f.subject), failures.map((f) => f.reason)]);
      this.#stopAsked = row.asked;
    });
  }
}

/** Takes a result file as it is made and stores it in sealed parts. */
export class ResultWriter {
  readonly #services: Services;
  readonly #tenantId: string;
  readonly #runId: string;
  readonly #key: Buffer;
  readonly #hash = createHash("sha256");
  #held: Buffer[] = [];
  #heldBytes = 0;
  #parts = 0;
  #bytes = 0;

  constructor(services: Services, tenantId: string, runId: string, key: Buffer) {
    this.#services = services;
    this.#tenantId = tenantId;
    this.#runId = runId;
    this.#key = key;
  }

  async write(text: string | Buffer): Promise<void> {
    const bytes = Buffer.from(text);
    this.#hash.update(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#bytes += bytes.length;
    if (this.#heldBytes >= PART_BYTES) await this.#store();
  }

  /** Stores the rest and says on the run what the file is. */
  async finish(name: string, contentType: string): Promise<void> {
    if (this.#heldBytes > 0) await this.#store();
    await this.#services.db.transaction(this.#tenantId, (tx) => tx.run("kernel.job.result",
      "UPDATE kernel.job_run SET result_name = $2, result_type = $3, result_bytes = $4, result_sha256 = $5 WHERE id = $1", [this.#runId, name, contentType, this.#bytes, this.#hash.digest("hex")]));
  }

  async #store(): Promise<void> {
    const part = this.#parts++;
    const sealed = this.#services.keys.seal(this.#key, Buffer.concat(this.#held), partName(this.#runId, part));
    this.#held = [];
    this.#heldBytes = 0;
    await this.#services.db.transaction(this.#tenantId, (tx) => tx.run("kernel.job.result_part", "INSERT INTO kernel.job_result_part (run_id, part, sealed) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, run_id, part) DO UPDATE SET sealed = excluded.sealed", [this.#runId, part, sealed]));
  }
}

/** What a part's seal is bound to, so that parts cannot change places. */
export function partName(runId: string, part: number): string {
  return `job-result ${runId} ${part}`;
}
