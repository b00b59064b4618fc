import { accruedInterest, addDays, divideRounded, isoDate, replay, type LoanEvent, type LoanTerms } from "#engine/index.ts";
import { auditText, type AuditRow } from "#kernel/audit.ts";
import { decode } from "#kernel/codec.ts";
import { eventIdOf, type Asking } from "./clients.ts";
import { FIRST_DAY, LOANS, modelKeys, SHARDS, STEPS, TENANT } from "./genesis.ts";
import { rowsOf, type Row, type Store } from "./store.ts";
import type { World } from "./world.ts";

const FIRST_MONTH = Number(FIRST_DAY.slice(0, 4)) * 12 + Number(FIRST_DAY.slice(5, 7));
const big = (value: unknown): bigint => BigInt(value as bigint);

/** Everything that must hold once a world has come to rest; each line is a violation. */
export function verdict(world: World, log: readonly Asking[], days: readonly string[]): string[] {
  const { store } = world;
  return [...world.faults, ...answers(log), ...effects(store, log), ...books(store), ...histories(store), ...deferrals(store), ...trail(store), ...deliveries(world), ...closedDays(store, days)];
}

/** One key, one answer. */
function answers(log: readonly Asking[]): string[] {
  return log.flatMap(({ asked, finals }) => {
    const successes = new Set(finals.filter((f) => f.status === 201).map((f) => f.body));
    return successes.size > 1 ? [`${asked.key} was answered in ${successes.size} ways`] : [];
  });
}

/** Each success left exactly what it says, and nothing is there that nobody asked for. */
function effects(store: Store, log: readonly Asking[]): string[] {
  const faults: string[] = [];
  const events = rowsOf(store, "loan_event").map((row) => ({ row, event: JSON.parse(String(row["payload"])) as LoanEvent }));
  const done = log.filter((a) => a.finals.some((f) => f.status === 201));
  const payments = new Set<string>();
  for (const { asked, finals } of done) {
    const answer = finals.find((f) => f.status === 201);
    if (answer === undefined || asked.command !== "repay") continue;
    const id = eventIdOf(answer);
    payments.add(id);
    const found = events.filter(({ event }) => event.id === id && event.type === "paymentReceived");
    const [only] = found;
    if (found.length !== 1) faults.push(`payment ${asked.key} was acknowledged and is there ${found.length} times`);
    else if (asked.reference === undefined && only?.event.type === "paymentReceived" && Number(only.event.amount) !== asked.minor) faults.push(`payment ${asked.key} of ${asked.minor} was kept as ${only.event.amount}`);
  }
  const count = (type: string) => events.filter(({ event }) => event.type === type).length;
  const asked = (command: string) => done.filter((a) => a.asked.command === command).length;
  if (count("paymentReceived") !== payments.size) faults.push(`${count("paymentReceived")} payments are in the histories, ${payments.size} were acknowledged`);
  if (count("reversed") !== asked("reverse")) faults.push(`${count("reversed")} reversals are in the histories, ${asked("reverse")} were acknowledged`);
  if (count("chargeAdded") < asked("charge")) faults.push(`${count("chargeAdded")} charges are in the histories, ${asked("charge")} were acknowledged`);
  const keys = rowsOf(store, "idempotency");
  for (const row of keys) if (row["result"] === null) faults.push(`key ${String(row["key"])} was kept without a result`);
  if (keys.length !== done.length) faults.push(`${keys.length} keys were kept for ${done.length} successes`);
  return faults;
}

/** Entries balance, and the control accounts are the sum of the loans. */
function books(store: Store): string[] {
  const faults: string[] = [];
  const byEntry = new Map<string, bigint>();
  const balance = new Map<string, bigint>();
  for (const p of rowsOf(store, "posting")) {
    const net = big(p["debit"]) - big(p["credit"]);
    byEntry.set(String(p["entry"]), (byEntry.get(String(p["entry"])) ?? 0n) + net);
    balance.set(String(p["account"]), (balance.get(String(p["account"])) ?? 0n) + net);
  }
  for (const [entry, net] of byEntry) if (net !== 0n) faults.push(`entry ${entry} does not balance by ${net}`);
  if (byEntry.size !== rowsOf(store, "journal_entry").length) faults.push("an entry has no lines");
  const states = rowsOf(store, "loan_state");
  const sum = (column: string) => states.reduce((n, s) => n + big(s[column]), 0n);
  const receipts = rowsOf(store, "receipt").filter((r) => r["state"] === "matched").reduce((n, r) => n + big(r["amount_minor"]), 0n);
  const expected: readonly (readonly [string, bigint])[] = [
    ["principal_receivable", sum("principal_minor")], ["interest_receivable", sum("interest_minor")], ["fee_receivable", sum("fee_minor")], ["penalty_receivable", sum("penalty_minor")],
    ["deferred_fee_income", rowsOf(store, "deferral").reduce((n, d) => n + big(d["fee_amortised_minor"]) + big(d["fee_lost_minor"]) - big(d["fee_minor"]), 0n)],
    ["overpayment_liability", -sum("overpayment_minor")], ["payments_suspense", 0n], ["bank_clearing", receipts],
  ];
  for (const [account, is] of expected) if ((balance.get(account) ?? 0n) !== is) faults.push(`${account} holds ${balance.get(account) ?? 0n}, the loans and receipts ${is}`);
  return faults;
}

const endsMonth = (day: string): boolean => addDays(isoDate(day), 1).endsWith("-01");

/** What moved of a loan's fee adds up to what its row says of it, and each loan has one; the month's end took what the plan says. */
function deferrals(store: Store): string[] {
  const faults: string[] = [];
  for (const account of rowsOf(store, "loan_account")) {
    const id = String(account["id"]);
    const row = store.tables.get("deferral")?.get(id);
    const moves = rowsOf(store, "deferral_move").filter((move) => move["loan_account_id"] === id);
    for (const column of ["fee_minor", "fee_amortised_minor", "fee_lost_minor"]) {
      const moved = moves.reduce((n, move) => n + big(move[column]), 0n);
      if (row === undefined || big(row[column]) !== moved) faults.push(`loan ${id}: ${column} of its deferral is ${String(row?.[column])}, its moves make ${moved}`);
    }
    const planned = row === undefined || store.tables.get("loan_state")?.get(id)?.["status"] !== "active" ? null : plannedBy(row);
    if (row !== undefined && planned !== null && big(row["fee_amortised_minor"]) < planned) faults.push(`loan ${id}: ${String(row["fee_amortised_minor"])} of its fee was taken by the month's end, by its plan ${planned}`);
  }
  return faults;
}

/** What is to be taken of a loan's fee by the end of the first month, by a plan that was made before it was over. */
function plannedBy(row: Row): bigint | null {
  const share = (row["left_share"] as number[])[FIRST_MONTH - Number(row["from_month"])];
  const fee = big(row["fee_minor"]);
  return Number(row["from_month"]) > FIRST_MONTH ? null : fee - divideRounded(fee * BigInt(share ?? 0), 1_000_000_000n, "half-up");
}

/** Each loan's row is what its history makes of it. */
function histories(store: Store): string[] {
  const faults: string[] = [];
  for (const account of rowsOf(store, "loan_account")) {
    const id = String(account["id"]);
    const row = store.tables.get("loan_state")?.get(id) as Row;
    const events = rowsOf(store, "loan_event").filter((e) => e["loan"] === id).sort((a, b) => Number(a["sequence"]) - Number(b["sequence"])).map((e) => JSON.parse(String(e["payload"])) as LoanEvent);
    const through = isoDate(String(row["interest_through"]));
    const last = events.reduce<string>((max, e) => (e.valueDate > max ? e.valueDate : max), through);
    const state = replay(account["terms"] as LoanTerms, events, isoDate(last));
    if (state.outstanding.principal !== Number(row["principal_minor"])) faults.push(`loan ${id}: the row holds ${String(row["principal_minor"])} of principal, its history ${state.outstanding.principal}`);
    if (state.chargedOffDate === null && accruedInterest(state, through) !== Number(row["interest_minor"])) faults.push(`loan ${id}: the row holds ${String(row["interest_minor"])} of interest, its history ${accruedInterest(state, through)}`);
    if (Number(row["last_sequence"]) !== events.length) faults.push(`loan ${id}: ${events.length} events, the row says ${String(row["last_sequence"])}`);
  }
  return faults;
}

const COLUMNS = ["id", "recorded_at", "business_date", "actor_kind", "actor_id", "on_behalf_of", "action", "subject", "reason", "request_id", "before", "after"] as const;

/** Each command is in the audit once, under a hash that fits; each change was published once. */
function trail(store: Store): string[] {
  const faults: string[] = [];
  const actions = new Map<string, number>();
  for (const record of rowsOf(store, "audit")) {
    const values = record["values"] as readonly unknown[];
    const row = Object.fromEntries(COLUMNS.map((name, i) => [name, values[i] ?? null])) as unknown as Omit<AuditRow, "mac">;
    if (!modelKeys.auditMac(auditText(TENANT, row)).equals(record["mac"] as Buffer)) faults.push(`audit record ${row.id} has another hash`);
    actions.set(row.action, (actions.get(row.action) ?? 0) + 1);
  }
  const events = rowsOf(store, "loan_event").map((row) => (JSON.parse(String(row["payload"])) as LoanEvent).type);
  const published = rowsOf(store, "outbox").map((row) => String(row["type"]));
  const pairs: readonly (readonly [string, string, string])[] = [
    ["loan.repayment.recorded", "paymentReceived", "servicing.repayment_recorded"], ["loan.event.reversed", "reversed", "servicing.repayment_reversed"], ["loan.account.booked", "disbursed", "servicing.loan_booked"],
  ];
  for (const [action, event, type] of pairs) {
    const [a, b, c] = [actions.get(action) ?? 0, events.filter((e) => e === event).length, published.filter((t) => t === type).length];
    if (a !== b || b !== c) faults.push(`${b} events ${event}, ${a} audit records, ${c} published`);
  }
  return faults;
}

/** What was published reached the receiver, at least once each. */
function deliveries({ store, received }: World): string[] {
  const got = new Set(received);
  const wanted = rowsOf(store, "outbox").filter((e) => ["servicing.loan_booked", "servicing.repayment_recorded", "servicing.charge_added", "servicing.repayment_reversed", "kernel.business_day_closed"].includes(String(e["type"])));
  const missing = wanted.filter((e) => !got.has(String(e["id"])));
  const unknown = [...got].filter((id) => store.tables.get("outbox")?.get(id) === undefined);
  return [...missing.map((e) => `${String(e["type"])} ${String(e["id"])} never reached its receiver`), ...unknown.map((id) => `the receiver was told of ${id}, which did not happen`)];
}

/** The days that were ordered are closed, each step of each shard once, no loan left out or taken twice; and no other day. */
function closedDays(store: Store, days: readonly string[]): string[] {
  const faults: string[] = [];
  const day = store.tables.get("business_day")?.get("") as Row;
  const last = days.at(-1) ?? "";
  if (day["closed_through"] !== last) faults.push(`the books are closed through ${String(day["closed_through"])}, ordered was ${last}`);
  const audit = (action: string) => rowsOf(store, "audit").filter((r) => (r["values"] as unknown[])[6] === action).length;
  if (audit("eod.run.started") !== days.length || audit("eod.run.finished") !== days.length) faults.push(`${audit("eod.run.started")} days were begun and ${audit("eod.run.finished")} ended, ${days.length} were ordered`);
  const runs = days.reduce((n, day) => n + STEPS.filter((step) => step.on !== "month_end" || endsMonth(day)).length, 0);
  if (rowsOf(store, "checkpoint").length !== runs * SHARDS) faults.push(`${rowsOf(store, "checkpoint").length} checkpoints`);
  const tally = rowsOf(store, "tally").map((t) => `${String(t["date"])}/${String(t["loan"])}`);
  if (new Set(tally).size !== tally.length) faults.push("a loan was taken twice on one day");
  if (new Set(tally).size !== days.length * LOANS) faults.push(`${new Set(tally).size} loans were taken over ${days.length} days, not ${days.length * LOANS}`);
  const accruals = rowsOf(store, "loan_accrual").filter((a) => a["by"] === "day").map((a) => `${String(a["date"])}/${String(a["loan"])}`);
  if (new Set(accruals).size !== accruals.length) faults.push("a loan's interest was taken twice on one day");
  for (const s of rowsOf(store, "loan_state")) if (s["status"] === "active" && String(s["interest_through"]) <= last) faults.push(`the interest of ${String(s["loan_account_id"])} ends on ${String(s["interest_through"])}`);
  if (String(day["business_date"]) <= FIRST_DAY) faults.push("the business date stood still");
  return faults;
}

/** What a world left, in one line: two runs of one seed must agree in it. */
export function fingerprint({ store, received, loop, commands }: World): string {
  const sizes = [...store.tables].map(([name, rows]) => `${name} ${rows.size}`).sort().join(" ");
  const states = rowsOf(store, "loan_state").map((s) => `${String(s["loan_account_id"])} ${String(s["principal_minor"])} ${String(s["interest_minor"])} ${String(s["version"])}`).join(" ");
  const keys = rowsOf(store, "idempotency").map((k) => (k["result"] === null ? "" : JSON.stringify(decode(String(k["result"])), (_n, v: unknown) => (typeof v === "bigint" ? String(v) : v)))).sort().join(" ");
  return `${sizes} | ${states} | ${keys} | ${received.length} ${commands} ${loop.events} ${loop.nowMs()}`;
}
