export type Row = Readonly<Record<string, unknown>>;

/** What a backend must wait for before its statement can go on; the statement is begun again then. */
export class Blocked {
  readonly key: string;
  constructor(key: string) {
    this.key = key;
  }
}

/** A failed statement as PostgreSQL tells it. */
export function sqlError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Committed rows, locks, and the backends that hold and await them. */
export interface Store {
  readonly tables: Map<string, Map<string, Row>>;
  readonly locks: Map<string, Backend>;
  readonly waiters: Map<string, Backend[]>;
  /** Sequences run on when a transaction is rolled back, as in PostgreSQL. */
  readonly sequences: Map<string, bigint>;
  /** How many waits would never have ended. */
  deadlocks: number;
}

export function emptyStore(): Store {
  return { tables: new Map(), locks: new Map(), waiters: new Map(), sequences: new Map(), deadlocks: 0 };
}

/** A world of its own that begins where another stood. Rows are never changed in place, so only the tables are copied. */
export function copyOf(store: Store): Store {
  return { ...emptyStore(), tables: new Map([...store.tables].map(([name, rows]) => [name, new Map(rows)])), sequences: new Map(store.sequences) };
}

/** Committed rows of a table. */
export function rowsOf(store: Store, table: string): Row[] {
  return [...(store.tables.get(table)?.values() ?? [])];
}

/**
 * One backend and its transaction: writes are its own until the commit, row locks are held until the end, and a reader sees what is committed
 * when its statement begins (READ COMMITTED). A failed statement gives up the transaction and its locks at once.
 */
export class Backend {
  readonly store: Store;
  open = false;
  failed = false;
  awaiting: string | undefined;
  /** Called when what was awaited is free. */
  wake: () => void = () => undefined;
  #writes = new Map<string, Map<string, Row | undefined>>();
  #held = new Set<string>();

  constructor(store: Store) {
    this.store = store;
  }

  begin(): void {
    this.open = true;
    this.failed = false;
  }

  get(table: string, key: string): Row | undefined {
    const mine = this.#writes.get(table);
    return mine?.has(key) === true ? mine.get(key) : this.store.tables.get(table)?.get(key);
  }

  /** All rows that this backend sees, in no order that may be counted on. */
  all(table: string): Row[] {
    const seen = new Map(this.store.tables.get(table) ?? []);
    for (const [key, row] of this.#writes.get(table) ?? []) {
      if (row === undefined) seen.delete(key);
      else seen.set(key, row);
    }
    return [...seen.values()];
  }

  /** @throws Blocked when another backend holds it, Error 40P01 when waiting for it would be waiting for oneself */
  lock(key: string): void {
    const owner = this.store.locks.get(key);
    if (owner === this) return;
    if (owner !== undefined) {
      for (let next: Backend | undefined = owner; next?.awaiting !== undefined; next = this.store.locks.get(next.awaiting)) {
        if (this.store.locks.get(next.awaiting) !== this) continue;
        this.store.deadlocks++;
        throw sqlError("40P01", "deadlock detected");
      }
      throw new Blocked(key);
    }
    this.store.locks.set(key, this);
    this.#held.add(key);
  }

  tryLock(key: string): boolean {
    const owner = this.store.locks.get(key);
    if (owner !== undefined && owner !== this) return false;
    this.lock(key);
    return true;
  }

  isLocked(key: string): boolean {
    const owner = this.store.locks.get(key);
    return owner !== undefined && owner !== this;
  }

  put(table: string, key: string, row: Row): void {
    let mine = this.#writes.get(table);
    if (mine === undefined) this.#writes.set(table, (mine = new Map()));
    mine.set(key, row);
  }

  /** A new row under a primary key: waits for whoever inserts the same key. @throws Error 23505 when there is one */
  insert(table: string, key: string, row: Row): void {
    this.lock(`${table}:${key}`);
    if (this.get(table, key) !== undefined) throw sqlError("23505", `duplicate key value violates unique constraint of ${table}: ${key}`);
    this.put(table, key, row);
  }

  /** Rows that nobody changes or looks for by key. */
  append(table: string, row: Row): void {
    this.put(table, `#${this.next(`append ${table}`)}`, row);
  }

  next(sequence: string): bigint {
    const value = (this.store.sequences.get(sequence) ?? 0n) + 1n;
    this.store.sequences.set(sequence, value);
    return value;
  }

  /** @returns what PostgreSQL calls the end: COMMIT, or ROLLBACK when a statement had failed */
  commit(): "COMMIT" | "ROLLBACK" {
    if (this.failed) {
      this.end();
      return "ROLLBACK";
    }
    for (const [table, rows] of this.#writes) {
      let committed = this.store.tables.get(table);
      if (committed === undefined) this.store.tables.set(table, (committed = new Map()));
      for (const [key, row] of rows) {
        if (row === undefined) committed.delete(key);
        else committed.set(key, row);
      }
    }
    this.end();
    return "COMMIT";
  }

  /** Gives up what was written and lets go of every lock; the transaction stays failed until the client ends it. */
  fail(): void {
    this.failed = true;
    this.#release();
  }

  /** The end of the transaction, by rollback or when the connection is gone. */
  end(): void {
    this.open = false;
    this.failed = false;
    this.#release();
  }

  #release(): void {
    this.#writes = new Map();
    if (this.awaiting !== undefined) {
      const queue = this.store.waiters.get(this.awaiting) ?? [];
      this.store.waiters.set(this.awaiting, queue.filter((b) => b !== this));
      this.awaiting = undefined;
    }
    const held = [...this.#held];
    this.#held = new Set();
    for (const key of held) this.store.locks.delete(key);
    // Those who waited try again, first come first served; whoever finds it taken anew waits on.
    for (const key of held) {
      const queue = this.store.waiters.get(key) ?? [];
      this.store.waiters.delete(key);
      for (const waiter of queue) {
        waiter.awaiting = undefined;
        waiter.wake();
      }
    }
  }

  wait(key: string): void {
    this.awaiting = key;
    this.store.waiters.set(key, [...(this.store.waiters.get(key) ?? []), this]);
  }
}
