import type { Socket } from "node:net";
import pg from "pg";
import type { Clock, Instant } from "./clock.ts";

// Dates stay text, whole numbers become numbers while they are exact, decimals stay text.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, (text) => text);
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => BigInt(text));

export type Row = Record<string, unknown>;

/**
 * One transaction of one tenant. Everything a module reads or writes goes through it; row-level security
 * shows and accepts this tenant's rows only. `bigint` columns arrive as BigInt, `date` as IsoDate text.
 */
export interface Tx {
  readonly tenantId: string;
  /** The day this tenant's books are on, read when the transaction began. */
  readonly businessDate: string;
  /** When this transaction began, from the injected clock. */
  readonly now: Instant;
  /** Rows of a statement. `name` names the prepared statement: one name, one text. */
  rows<R extends object = Row>(name: string, text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Exactly one row. @throws RangeError otherwise */
  one<R extends object = Row>(name: string, text: string, values?: readonly unknown[]): Promise<R>;
  /** The row, or undefined. @throws RangeError when there are several */
  maybe<R extends object = Row>(name: string, text: string, values?: readonly unknown[]): Promise<R | undefined>;
  /** Carries out a statement and tells how many rows it touched. */
  run(name: string, text: string, values?: readonly unknown[]): Promise<number>;
  /** The driver's own client, for COPY and for pg-boss; not for ordinary statements. */
  readonly client: pg.PoolClient;
}

const TENANT_ID = /^tn_[0-9a-z]{1,40}$/;
const RETRYABLE = new Set(["40001", "40P01"]);

/** SQLSTATE classes and driver words for a database that is away, starting, or full: 08, 57P01–03, 53. */
const AWAY = /^(08...|57P0[123]|53...|ECONNREFUSED|ECONNRESET|EPIPE)$/;
const AWAY_WORDS = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

/** True when an error only says that the database could not be reached or went away: whether the work was done is then known to nobody. */
export function databaseAway(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (typeof code === "string" && AWAY.test(code)) || (typeof message === "string" && AWAY_WORDS.test(message));
}

/** True when the whole transaction may be tried again: a serialization failure or a deadlock. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has((error as { code?: string }).code ?? "");
}

/** True when a statement failed, or never arrived: whatever record was at hand has nothing to do with it, and this transaction can go no further. */
export function statementFailed(error: unknown): boolean {
  return databaseAway(error) || /^[0-9A-Z]{5}$/.test((error as { code?: string }).code ?? "");
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize?: number;
  readonly clock: Clock;
  readonly applicationName?: string;
}

/** A command's own work, and what goes with the opening and the end of its transaction. */
export interface Bracketed<F, T> {
  /** Sends one statement; there is no business date yet. */
  first(tx: Tx): Promise<F>;
  work(tx: Tx, first: F): Promise<T>;
  /** Sends one statement, and must not fail before it is sent: the transaction ends behind it. */
  last?(tx: Tx, result: T): Promise<unknown>;
}

/** Statements sent in the same turn of the event loop leave in one write: the write costs more than the statement. */
function gather(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** A pool of connections as the application role, which row-level security binds. */
export class Database {
  readonly pool: pg.Pool;
  readonly #clock: Clock;
  #statements = 0;

  constructor(options: DatabaseOptions) {
    this.#clock = options.clock;
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolSize ?? 10,
      application_name: options.applicationName ?? "loanwright",
      connectionTimeoutMillis: 10_000,
      pipeline: true,
    } as pg.PoolConfig);
    // A broken connection is replaced by the pool, and whoever uses it is told by the statement that fails; without a listener
    // of the pool's (idle) and of the connection's (in use) it would end the process.
    this.pool.on("error", () => undefined);
    this.pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** How many statements were sent so far: benchmarks report statements per command. */
  get statementCount(): number {
    return this.#statements;
  }

  /**
   * Runs `work` in one transaction of `tenantId`. Serialization failures and deadlocks are tried again,
   * five times at most, so `work` must have no effect outside the transaction.
   */
  async transaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>, mode: "write" | "read" = "write"): Promise<T> {
    return this.bracketed(tenantId, { first: async () => undefined, work: (tx) => work(tx) }, mode);
  }

  /**
   * The same, with a statement that leaves together with the opening of the transaction and one that leaves together with its
   * end: two round trips less for what every command does.
   */
  async bracketed<F, T>(tenantId: string, parts: Bracketed<F, T>, mode: "write" | "read" = "write"): Promise<T> {
    if (!TENANT_ID.test(tenantId)) throw new RangeError(`not a tenant id: ${tenantId}`);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(tenantId, parts, mode);
      } catch (error) {
        if (attempt >= 5 || !isRetryable(error)) throw error;
      }
    }
  }

  async #attempt<F, T>(tenantId: string, { first, work, last }: Bracketed<F, T>, mode: "write" | "read"): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      this.#statements++;
      gather(client);
      // One round trip opens the transaction, names the tenant and reads the business date. The id's form was checked above.
      const [, day, begun] = await Promise.all([
        client.query(`BEGIN${mode === "read" ? " READ ONLY" : ""}; SET LOCAL loanwright.tenant_id = '${tenantId}'`),
        client.query<{ business_date: string }>({ name: "kernel.business_day.read", text: "SELECT business_date FROM kernel.business_day" }),
        first(this.#tx(client, tenantId, "")),
      ]);
      const tx = this.#tx(client, tenantId, day.rows[0]?.business_date ?? "");
      const result = await work(tx, begun);
      gather(client);
      const [, ended] = await Promise.all([last?.(tx, result), client.query("COMMIT")]);
      // After a failed statement that `work` let pass, PostgreSQL answers COMMIT with a rollback.
      if (ended.command !== "COMMIT") throw new RangeError("the transaction was rolled back: one of its statements had failed");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  #tx(client: pg.PoolClient, tenantId: string, businessDate: string): Tx {
    const send = async (name: string, text: string, values: readonly unknown[] = []) => {
      this.#statements++;
      gather(client);
      return client.query({ name, text, values: values as unknown[] });
    };
    return {
      tenantId,
      businessDate,
      now: this.#clock.now(),
      client,
      rows: async <R extends object>(name: string, text: string, values?: readonly unknown[]) =>
        (await send(name, text, values)).rows as R[],
      one: async <R extends object>(name: string, text: string, values?: readonly unknown[]) => {
        const { rows } = await send(name, text, values);
        if (rows.length !== 1) throw new RangeError(`${name}: expected one row, found ${rows.length}`);
        return rows[0] as R;
      },
      maybe: async <R extends object>(name: string, text: string, values?: readonly unknown[]) => {
        const { rows } = await send(name, text, values);
        if (rows.length > 1) throw new RangeError(`${name}: expected at most one row, found ${rows.length}`);
        return rows[0] as R | undefined;
      },
      run: async (name, text, values) => (await send(name, text, values)).rowCount ?? 0,
    };
  }

  /** Statements without a tenant: what they may see is decided by functions that the migrations define. */
  async anonymous<R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    this.#statements++;
    return (await this.pool.query(text, values as unknown[])).rows as R[];
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
