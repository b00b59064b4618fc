import type { Statement } from "./statements.ts";
import type { Row } from "./store.ts";
import type { Planted } from "./world.ts";

type Statements = Readonly<Record<string, Statement>>;

const one = (honest: Statements, name: string, wrong: (right: Statement) => Statement): Statements => ({ ...honest, [name]: wrong(honest[name] as Statement) });
const of = (name: string, wrong: (right: Statement) => Statement): Planted => ({ statements: (honest) => one(honest, name, wrong) });

/** Writes at once, past the transaction: what a statement on another connection would do. */
const outside = (table: string): ((right: Statement) => Statement) => (right) => (b, v) => {
  const put = b.put.bind(b);
  b.put = (name: string, key: string, row: Row) => {
    if (name !== table) return put(name, key, row);
    const rows = b.store.tables.get(table) ?? new Map<string, Row>();
    b.store.tables.set(table, rows.set(key, row));
  };
  try {
    return right(b, v);
  } finally {
    b.put = put;
  }
};

/** Faults as they are really made, planted to see the simulation find each. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  "the idempotency row is written outside the transaction": of("kernel.idempotency.claim", outside("idempotency")),
  "a key is taken though it is known": of("kernel.idempotency.claim", () => (b, v) => (v[0] as string[]).map((scope, i) => {
    const [key, command, request_hash] = [1, 2, 3].map((n) => (v[n] as string[])[i]);
    b.put("idempotency", `${scope}/${key}`, { scope, key, command, request_hash, result: null });
    return { scope, key };
  })),
  "the result is not kept beside its key": of("kernel.idempotency.complete", () => () => 1),
  "the loan is read without a lock": of("servicing.loan.lock", () => (b, v) => [{ ...b.get("loan_state", String(v[0])), ...b.get("loan_account", String(v[0])) }]),
  "loans are taken that somebody else holds": of("servicing.loans.lock_free", () => (_b, v) => (v[0] as string[]).map((id) => ({ id }))),
  "events are published outside the transaction": of("kernel.outbox.add", outside("outbox")),
  "the audit is written outside the transaction": { statements: (honest) => one(one(honest, "kernel.audit.record", outside("audit")), "kernel.audit.record_all", outside("audit")) },
  "journal lines are written outside the transaction": of("ledger.entry.post", outside("posting")),
  "events are marked as handed on before they are": of("kernel.outbox.waiting", (right) => (b, v) => {
    const rows = right(b, v);
    if (typeof rows !== "number") for (const row of rows) b.store.tables.get("outbox")?.set(String(row["id"]), { ...row, relayed: true });
    return rows;
  }),
  "the checkpoint comes before the work": { statements: (honest) => one(one(honest, "kernel.eod.checkpoint", () => () => 1), "kernel.eod.checkpointed", (right) => (b, v) => {
    const rows = right(b, v);
    if (typeof rows !== "number" && rows.length === 0) {
      const key = v.map(String).join("/");
      const kept = b.store.tables.get("checkpoint") ?? new Map<string, Row>();
      b.store.tables.set("checkpoint", kept.set(key, { date: v[0], step: v[1], shard: v[2], touched: 0n, failed: 0n }));
    }
    return rows;
  }) },
  "the month's end takes nothing of deferred fees": of("servicing.amortise.shard", () => () => []),
  "the month's end does not wait for a payment under way": of("servicing.amortise.shard", (right) => (b, v) => {
    const lock = b.lock.bind(b);
    b.lock = () => undefined;
    try {
      return right(b, v);
    } finally {
      b.lock = lock;
    }
  }),
  "a shard is taken without its lock": of("kernel.eod.claim", () => () => [{ mine: true }]),
  "a leader closes whatever day comes next": { closesAnyDay: true },
  "a commit is answered before it is safe": { losesCommits: true },
  "a client takes a new key for each try": { newKeyPerTry: true },
};
