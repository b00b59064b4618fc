import type { Clock } from "#kernel/clock.ts";
import { Database } from "#kernel/db.ts";
import type { Loop } from "./loop.ts";
import { statementNamed, type Statement } from "./statements.ts";
import { Backend, Blocked, sqlError, type Row, type Store } from "./store.ts";

/** The model database as all processes see it: one store, and what goes wrong on the way to it. */
export interface Server {
  readonly loop: Loop;
  readonly store: Store;
  readonly statements: Readonly<Record<string, Statement>>;
  readonly connections: Set<Connection>;
  /** Asked before each statement: the SQLSTATE to fail with, or nothing. */
  disturb(name: string, owner: Owner): string | undefined;
  /** Told when a transaction was committed, before its client knows. */
  committed(owner: Owner): void;
  up: boolean;
}

interface Result { readonly command: string; readonly rows: readonly Row[]; readonly rowCount: number }
interface Message { readonly name: string; readonly values: readonly unknown[]; readonly answer: (result: Result) => void; readonly refuse: (error: Error) => void }

/** The process at the client's end; a dead or a frozen one hears nothing. */
export interface Owner {
  alive: boolean;
  /** Simulated moment until which the process stands still. */
  frozenUntilMs: number;
}

/** One connection: messages arrive in order, are carried out one after another, and are answered in order. */
export class Connection {
  readonly #server: Server;
  readonly #owner: Owner;
  readonly #backend: Backend;
  readonly #queue: (Message | "gone")[] = [];
  readonly #unanswered = new Set<Message>();
  readonly #answers: { readonly message: Message; readonly tell: () => void }[] = [];
  #busy = false;
  #arrivesAt = 0;
  #answersAt = 0;
  broken = false;
  /** What the driver's stream offers to those who write many statements at once. */
  readonly connection = { stream: { cork: () => undefined, uncork: () => undefined } };

  constructor(server: Server, owner: Owner) {
    this.#server = server;
    this.#owner = owner;
    this.#backend = new Backend(server.store);
    this.#backend.wake = () => server.loop.after(0, () => this.#go());
    server.connections.add(this);
  }

  query(asked: string | { readonly name?: string; readonly text: string; readonly values?: readonly unknown[] }, more?: readonly unknown[]): Promise<Result> {
    const { loop } = this.#server;
    return new Promise((answer, refuse) => {
      if (!this.#owner.alive) return;
      if (this.broken) return void loop.after(0, () => refuse(lost()));
      const message: Message = typeof asked === "string" ? { name: asked, values: more ?? [], answer, refuse } : { name: asked.name ?? asked.text, values: asked.values ?? [], answer, refuse };
      this.#unanswered.add(message);
      this.#arrivesAt = Math.max(this.#arrivesAt, loop.nowMs() + loop.between(0, 2));
      loop.after(this.#arrivesAt - loop.nowMs(), () => this.#arrive(message));
    });
  }

  isOf(owner: Owner): boolean {
    return this.#owner === owner;
  }

  release(): void {
    // The pool would keep it for the next; here each transaction has a connection of its own.
    this.#server.connections.delete(this);
  }

  /** The process is gone: what it had sent still arrives, or is lost and the backend lingers for some seconds. */
  abandon(halfOpen: boolean): void {
    const { loop } = this.#server;
    if (halfOpen) {
      this.broken = true;
      loop.after(loop.between(1_000, 5_000), () => this.#close());
    } else loop.after(Math.max(0, this.#arrivesAt - loop.nowMs()) + 1, () => this.#arrive("gone"));
  }

  /** The wire is cut: the client hears of it at once, the backend too; of a commit on its way nobody knows. */
  cut(): void {
    this.broken = true;
    this.#close();
    for (const message of this.#unanswered) if (this.#owner.alive) this.#server.loop.after(this.#server.loop.between(0, 3), () => message.refuse(lost()));
    this.#unanswered.clear();
  }

  #close(): void {
    this.#queue.length = 0;
    this.#backend.end();
    this.#server.connections.delete(this);
  }

  #arrive(message: Message | "gone"): void {
    if (this.broken) return;
    this.#queue.push(message);
    this.#go();
  }

  #go(): void {
    while (!this.#busy && this.#backend.awaiting === undefined && !this.broken) {
      const message = this.#queue[0];
      if (message === undefined) return;
      if (message === "gone") return this.#close();
      try {
        const result = this.#carryOut(message);
        this.#queue.shift();
        this.#reply(message, () => message.answer(result));
      } catch (error) {
        if (error instanceof Blocked) return this.#backend.wait(error.key);
        this.#queue.shift();
        this.#backend.fail();
        this.#reply(message, () => message.refuse(error as Error));
      }
    }
  }

  #reply(message: Message, tell: () => void): void {
    const { loop } = this.#server;
    this.#answersAt = Math.max(this.#answersAt, loop.nowMs() + loop.between(0, 2));
    this.#answers.push({ message, tell });
    loop.after(this.#answersAt - loop.nowMs(), () => this.#hear());
  }

  /** The client hears the oldest answer, unless it stands still just now. */
  #hear(): void {
    const { loop } = this.#server;
    const still = this.#owner.frozenUntilMs - loop.nowMs();
    if (still > 0 && this.#owner.alive) return loop.after(still, () => this.#hear());
    const next = this.#answers.shift();
    if (next === undefined || !this.#owner.alive || !this.#unanswered.delete(next.message)) return;
    next.tell();
  }

  #carryOut({ name, values }: Message): Result {
    const backend = this.#backend;
    if (name.startsWith("BEGIN")) {
      backend.begin();
      return done("BEGIN");
    }
    if (name === "ROLLBACK") {
      backend.end();
      return done("ROLLBACK");
    }
    if (backend.failed && name !== "COMMIT") throw sqlError("25P02", `current transaction is aborted: ${name}`);
    const disturbed = backend.failed ? undefined : this.#server.disturb(name, this.#owner);
    if (disturbed !== undefined) throw sqlError(disturbed, `the model was told to fail ${name}`);
    if (name === "COMMIT") {
      const end = backend.commit();
      if (end === "COMMIT") this.#server.committed(this.#owner);
      return done(end);
    }
    if (!backend.open) throw sqlError("25P01", `${name} outside a transaction`);
    const found = statementNamed(this.#server.statements, name)(backend, values);
    return typeof found === "number" ? { command: "", rows: [], rowCount: found } : { command: "", rows: found, rowCount: found.length };
  }
}

const done = (command: string): Result => ({ command, rows: [], rowCount: 0 });
const lost = (): Error => Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });

/** The kernel's own `Database`, with the model's connections in place of the driver's pool. */
export function databaseOn(server: Server, owner: Owner, clock: Clock): Database {
  const database = new Database({ url: "postgres://model", clock });
  const pool = {
    connect: () => new Promise((got, refused) => {
      if (!owner.alive) return;
      server.loop.after(server.loop.between(0, 1), () => {
        if (!owner.alive) return;
        if (server.up) got(new Connection(server, owner));
        else refused(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
      });
    }),
  };
  Object.defineProperty(database, "pool", { value: pool });
  return database;
}
