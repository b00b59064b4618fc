import { divideRounded, toDay, addDays, isoDate, type Rounding } from "#engine/index.ts";
import { sqlError, type Backend, type Row } from "./store.ts";

/** A statement, by its name: rows, or how many it touched. It locks before it writes, because it is begun again when it had to wait. */
export type Statement = (b: Backend, v: readonly unknown[]) => readonly Row[] | number;

const text = (value: unknown): string => String(value);
const texts = (value: unknown): string[] => (value as unknown[]).map(String);
const big = (value: unknown): bigint => BigInt(value as string | number | bigint);
const AMOUNTS = /_minor$|^segment_(slope|divisor|carry|base)$/;

/** A row of JSON as `json_populate_recordset` makes it of whole-number columns. */
const typed = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, AMOUNTS.test(name) && value !== null ? big(value) : value]));

const stateOf = (b: Backend, id: string): Row | undefined => b.get("loan_state", id);

function loanRow(b: Backend, id: string): Row | undefined {
  const [account, state] = [b.get("loan_account", id), stateOf(b, id)];
  return account === undefined || state === undefined ? undefined : { ...state, ...account };
}

function eventsOf(b: Backend, id: string, from: unknown = 0): unknown[] {
  const events: unknown[] = [];
  for (let n = Math.max(1, Number(from)); ; n++) {
    const row = b.get("loan_event", `${id}/${n}`);
    if (row === undefined) return events;
    events.push(JSON.parse(text(row["payload"])));
  }
}

function lockState(b: Backend, id: string): void {
  if (stateOf(b, id) !== undefined) b.lock(`loan_state:${id}`);
}

const day = (b: Backend): Row => b.get("business_day", "") as Row;

/** `servicing.interest_of`, told anew. */
function interestOf(s: Row, through: string): bigint {
  const days = BigInt(toDay(isoDate(through)) - toDay(isoDate(text(s["segment_from"]))));
  const grown = big(s["segment_slope"]) * days;
  const [divisor, carry, base, rounding] = [big(s["segment_divisor"]), big(s["segment_carry"]), big(s["segment_base"]), s["segment_rounding"] as Rounding];
  if (s["segment_kind"] !== "once") return base + divideRounded(carry + divideRounded(grown, divisor, "half-even"), 1_000_000n, rounding);
  const earned = divideRounded(grown, divisor, rounding) - carry;
  return base + (earned > 0n ? earned : 0n);
}

/** Active loans of a run of shards whose interest lies behind, locked in order of id. */
function behind(b: Backend, through: string, from: unknown, to: unknown, closedFormula: boolean): Row[] {
  const chosen = () => b.all("loan_state").filter((s) => s["status"] === "active" && text(s["interest_through"]) < through && Number(s["shard"]) >= Number(from) && Number(s["shard"]) <= Number(to)
    && (!closedFormula || (s["segment_kind"] !== null && s["segment_kind"] !== undefined && text(s["segment_from"]) <= through && text(s["segment_until"]) >= through)))
    .sort((x, y) => (text(x["loan_account_id"]) < text(y["loan_account_id"]) ? -1 : 1));
  for (const s of chosen()) b.lock(`loan_state:${text(s["loan_account_id"])}`);
  return chosen();
}

function postEntries(b: Backend, v: readonly unknown[]): Row[] {
  const heads = new Map(texts(v[0]).map((id, i) => [id, { businessDate: (v[2] as unknown[])[i], currency: (v[4] as unknown[])[i], cause: (v[5] as unknown[])[i] }]));
  for (const [id, head] of heads) b.insert("journal_entry", id, { id, ...head });
  const lines = texts(v[10]);
  lines.forEach((entry, i) => b.append("posting", {
    entry, line: (v[11] as unknown[])[i], account: (v[12] as unknown[])[i], debit: big((v[13] as unknown[])[i]), credit: big((v[14] as unknown[])[i]), loan: (v[15] as unknown[])[i] ?? null, businessDate: heads.get(entry)?.businessDate,
  }));
  return [{ posted: BigInt(lines.length), closed: false }];
}

function saveStates(b: Backend, v: readonly unknown[]): number {
  const states = (JSON.parse(text(v[0])) as Row[]).map(typed);
  const [loans, sequences, ids, cause] = [texts(v[1]), v[2] as number[], texts(v[3]), v[4] as unknown[]];
  for (const s of states) b.lock(`loan_state:${text(s["loan_account_id"])}`);
  loans.forEach((loan, i) => b.lock(`loan_event:${loan}/${sequences[i]}`));
  texts(v[11]).forEach((source) => b.lock(`payment_source:${source}`));
  loans.forEach((loan, i) => b.insert("loan_event", `${loan}/${sequences[i]}`, { loan, sequence: sequences[i], id: ids[i], cause: cause[i], payload: (v[7] as unknown[])[i], businessDate: v[8] }));
  texts(v[11]).forEach((source, i) => b.insert("payment_source", source, { source, loan: (v[12] as unknown[])[i], event_id: (v[13] as unknown[])[i] }));
  texts(v[9]).forEach((loan, i) => b.append("loan_accrual", { date: v[8], loan, minor: big((v[10] as unknown[])[i]), by: "event" }));
  for (const s of states) {
    const id = text(s["loan_account_id"]);
    b.put("loan_state", id, { segment_kind: null, non_accrual: null, ...s, version: big(stateOf(b, id)?.["version"] ?? 0n) + 1n });
  }
  return states.length;
}

/** What loans defer, with its plan: one row for both tables, which are written together. */
function saveDeferrals(b: Backend, v: readonly unknown[]): number {
  const [rows, moves] = [v[0], v[1]].map((json) => (JSON.parse(text(json)) as Row[]).map(typed)) as [Row[], Row[]];
  for (const row of rows) b.lock(`deferral:${text(row["loan_account_id"])}`);
  for (const row of rows) b.put("deferral", text(row["loan_account_id"]), row);
  for (const move of moves) b.append("deferral_move", { ...move, date: v[2] });
  return moves.length;
}

function takeByHand(b: Backend, v: readonly unknown[]): number {
  const receipts = texts(v[0]);
  receipts.forEach((id, i) => b.insert("receipt", id, { id, amount_minor: big((v[4] as unknown[])[i]), currency: (v[5] as unknown[])[i], value_date: (v[6] as unknown[])[i], end_to_end_id: null, state: "matched" }));
  texts(v[1]).forEach((id, i) => b.insert("receipt_match", id, { id, receipt: receipts[i], loan: (v[2] as unknown[])[i], amount_minor: big((v[4] as unknown[])[i]), undone: false }));
  return receipts.length;
}

interface Key { readonly scope: string; readonly key: string }
const keyOf = ({ scope, key }: Key): string => `${scope}/${key}`;

const KERNEL: Record<string, Statement> = {
  "kernel.business_day.read": (b) => [{ business_date: day(b)["business_date"] }],
  "kernel.business_day.both": (b) => [{ businessDate: day(b)["business_date"], closedThrough: day(b)["closed_through"] }],
  "kernel.tenant.read": (b) => [b.get("tenant", "") as Row],
  "kernel.idempotency.claim": (b, v) => {
    const claims = texts(v[0]).map((scope, i) => ({ scope, key: texts(v[1])[i] as string, command: (v[2] as unknown[])[i], request_hash: (v[3] as unknown[])[i] })).sort((x, y) => (keyOf(x) < keyOf(y) ? -1 : 1));
    for (const claim of claims) b.lock(`idempotency:${keyOf(claim)}`);
    return claims.filter((claim) => b.get("idempotency", keyOf(claim)) === undefined).map((claim) => {
      b.put("idempotency", keyOf(claim), { ...claim, result: null });
      return { scope: claim.scope, key: claim.key };
    });
  },
  "kernel.idempotency.read": (b, v) => texts(v[0]).map((scope, i) => b.get("idempotency", keyOf({ scope, key: texts(v[1])[i] as string }))).filter((row) => row !== undefined),
  "kernel.idempotency.complete": (b, v) => {
    const rows = texts(v[0]).map((scope, i) => ({ row: b.get("idempotency", keyOf({ scope, key: texts(v[1])[i] as string })), result: (v[2] as unknown[])[i] }));
    for (const { row, result } of rows) if (row !== undefined) b.put("idempotency", keyOf(row as unknown as Key), { ...row, result });
    return rows.length;
  },
  "kernel.audit.record": (b, v) => {
    b.insert("audit", text(v[0]), { values: v.slice(0, 12), mac: v[12] });
    return 1;
  },
  "kernel.audit.record_all": (b, v) => {
    const rows = JSON.parse(text(v[0])) as Row[];
    for (const { mac, ...row } of rows) b.insert("audit", text(row["id"]), { values: Object.values(row), mac: Buffer.from(text(mac), "hex") });
    return rows.length;
  },
  "kernel.outbox.add": (b, v) => {
    texts(v[0]).forEach((id, i) => {
      const sequence = b.next("outbox");
      b.insert("outbox", id, { id, type: (v[1] as unknown[])[i], subject: (v[2] as unknown[])[i], payload: (v[3] as unknown[])[i], sequence, business_date: v[4], recorded_at: v[5], relayed: false });
    });
    return texts(v[0]).length;
  },
  "kernel.outbox.waiting": (b) => b.all("outbox").filter((e) => e["relayed"] === false && b.tryLock(`outbox:${text(e["id"])}`)).sort((x, y) => Number(big(x["sequence"]) - big(y["sequence"]))),
  "kernel.outbox.relayed": (b, v) => {
    for (const id of texts(v[0])) b.put("outbox", id, { ...b.get("outbox", id), relayed: true });
    return texts(v[0]).length;
  },
  "kernel.webhook.active": () => [],
  "kernel.webhook.to_deliver": (b, v) => {
    const [endpoint, event] = [b.get("webhook_endpoint", text(v[0])), b.get("outbox", text(v[1]))];
    return endpoint === undefined || event === undefined ? [] : [{ ...event, ...endpoint }];
  },
  "kernel.webhook.delivery": (b, v) => {
    b.append("webhook_delivery", { endpoint: v[1], event: v[2], attempt: v[3], state: v[4] });
    return 1;
  },
  "kernel.eod.lock_day": (b) => {
    b.lock("business_day:");
    const { closed_through, business_date, closing_shards } = day(b);
    const closing = addDays(isoDate(text(closed_through)), 1);
    return [{ closing, under_way: closing < text(business_date), shards: closing_shards }];
  },
  "kernel.eod.move_day": (b, v) => {
    b.lock("business_day:");
    b.put("business_day", "", { ...day(b), business_date: addDays(isoDate(text(day(b)["business_date"])), 1), closing_shards: v[0] });
    return 1;
  },
  "kernel.eod.claim": (b, v) => [{ mine: b.tryLock(`advisory:${v.map(text).join("/")}`) }],
  "kernel.eod.checkpointed": (b, v) => [b.get("checkpoint", v.map(text).join("/"))].filter((row) => row !== undefined),
  "kernel.eod.checkpoint": (b, v) => {
    b.insert("checkpoint", `${text(v[0])}/${text(v[1])}/${text(v[2])}`, { date: v[0], step: v[1], shard: v[2], touched: big(v[4]), failed: big(v[5]) });
    return 1;
  },
  "kernel.eod.finish": (b, v) => {
    b.lock("business_day:");
    if (text(day(b)["closed_through"]) >= text(v[0])) return 0;
    b.put("business_day", "", { ...day(b), closed_through: v[0] });
    return 1;
  },
};

const SERVICING: Record<string, Statement> = {
  "servicing.loan.number": (b) => {
    // One loan in each half of the shards by turns.
    const n = b.next("loan_number");
    return [{ n: 256n * (n % 2n === 0n ? 10n : 600n) + n }];
  },
  "servicing.loan.insert": (b, v) => {
    const [id, number, shard, product_version_id, product_code, branch_id, currency, borrower_party_id, borrower_name, application_id, terms, schedule_hash, principal, booked_date] = v;
    b.insert("loan_account", text(id), { id, number, shard, product_version_id, product_code, branch_id, currency, borrower_party_id, borrower_name, application_id, terms: JSON.parse(text(terms)), schedule_hash, original_principal_minor: big(principal), booked_date });
    return [{ number, shard }];
  },
  "servicing.loan.lock": (b, v) => {
    lockState(b, text(v[0]));
    return [loanRow(b, text(v[0]))].filter((row) => row !== undefined);
  },
  "servicing.loans.lock": (b, v) => texts(v[0]).sort().filter((id) => stateOf(b, id) !== undefined).map((id) => {
    lockState(b, id);
    return { id };
  }),
  "servicing.loans.lock_free": (b, v) => texts(v[0]).sort().filter((id) => stateOf(b, id) !== undefined && b.tryLock(`loan_state:${id}`)).map((id) => ({ id })),
  "servicing.loans.read_on": (b, v) => texts(v[0]).flatMap((id, i) => {
    const row = loanRow(b, id);
    return row === undefined ? [] : [{ ...row, events: eventsOf(b, id, (v[1] as unknown[])[i]), deferral: b.get("deferral", id) ?? null }];
  }),
  "servicing.loan.events": (b, v) => [{ events: eventsOf(b, text(v[0]), v[1]), deferral: b.get("deferral", text(v[0])) ?? null }],
  "servicing.loan.read": (b, v) => [loanRow(b, text(v[0]))].filter((row) => row !== undefined).map((row) => ({ ...row, events: eventsOf(b, text(v[0]), v[1]), deferral: b.get("deferral", text(v[0])) ?? null })),
  "servicing.loan.read_whole": (b, v) => [loanRow(b, text(v[0]))].filter((row) => row !== undefined).map((row) => ({ ...row, events: eventsOf(b, text(v[0])), deferral: b.get("deferral", text(v[0])) ?? null })),
  "servicing.state.save": saveStates,
  "servicing.deferral.save": saveDeferrals,
  "servicing.deferral_book.keep": () => 1,
  "servicing.source.known": (b, v) => texts(v[0]).map((source) => b.get("payment_source", source)).filter((row) => row !== undefined).map((row) => ({ ...row, loan_account_id: row["loan"] })),
  "servicing.event.cause": (b, v) => b.all("loan_event").filter((e) => e["loan"] === v[0] && e["id"] === v[1]).map((e) => ({ cause: e["cause"] })),
  "servicing.months.ahead": () => 0,
  "servicing.accrue.plan": () => 0,
  "servicing.deferral.months": () => 0,
  "servicing.amortise.plan": () => 0,
  "servicing.amortise.shard": amortise,
  "servicing.accrue.shard": (b, v) => {
    const through = text(v[0]);
    const sums = new Map<string, { product_version_id: unknown; branch_id: unknown; currency: unknown; loans: bigint; minor: bigint; suspended: bigint }>();
    for (const s of behind(b, through, v[1], v[2], true)) {
      const [before, after, id] = [big(s["interest_minor"]), interestOf(s, through), text(s["loan_account_id"])];
      const suspended = s["non_accrual"] !== null;
      b.put("loan_state", id, { ...s, interest_minor: after, interest_through: through, suspense_minor: suspended ? after : 0n });
      if (after !== before) b.append("loan_accrual", { date: v[3], loan: id, minor: after - before, by: "day" });
      const { product_version_id, branch_id, currency } = s;
      const key = `${text(product_version_id)}|${text(branch_id)}|${text(currency)}`;
      const sum = sums.get(key) ?? { product_version_id, branch_id, currency, loans: 0n, minor: 0n, suspended: 0n };
      sums.set(key, { ...sum, loans: sum.loans + 1n, minor: sum.minor + after - before, suspended: sum.suspended + (suspended ? after - before : 0n) });
    }
    return [...sums].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, sum]) => sum);
  },
  "servicing.accrue.rest": (b, v) => behind(b, text(v[0]), v[1], v[2], false),
  "servicing.accrue.save": (b, v) => {
    texts(v[1]).forEach((id, i) => {
      const [state, interest] = [stateOf(b, id), big((v[2] as unknown[])[i])];
      b.put("loan_state", id, { ...state, interest_minor: interest, interest_through: v[0], suspense_minor: state?.["non_accrual"] === null ? 0n : interest });
      b.append("loan_accrual", { date: v[4], loan: id, minor: big((v[3] as unknown[])[i]), by: "day" });
    });
    return texts(v[1]).length;
  },
};

/** Deferred fees and costs of a run of shards that a month's end takes something of, with their loans, locked in order of id. */
function deferring(b: Backend, from: unknown, to: unknown): Row[] {
  const left = (d: Row, part: string) => big(d[`${part}_minor`]) !== big(d[`${part}_amortised_minor`]) + big(d[`${part}_lost_minor`]);
  const chosen = () => b.all("deferral").filter((d) => Number(d["shard"]) >= Number(from) && Number(d["shard"]) <= Number(to) && (left(d, "fee") || left(d, "cost")))
    .filter((d) => { const s = stateOf(b, text(d["loan_account_id"])); return s?.["status"] === "active" && s["non_accrual"] === null; })
    .sort((x, y) => (text(x["loan_account_id"]) < text(y["loan_account_id"]) ? -1 : 1));
  for (const { loan_account_id: id } of chosen()) for (const table of ["loan_state", "deferral"]) b.lock(`${table}:${text(id)}`);
  return chosen();
}

/** `servicing.amortise.shard`, told anew: what should be taken by the month's end less what was. */
function amortise(b: Backend, v: readonly unknown[]): Row[] {
  const sums = new Map<string, { product_version_id: unknown; branch_id: unknown; currency: unknown; loans: bigint; fee: bigint; cost: bigint }>();
  for (const d of deferring(b, v[1], v[2])) {
    const share = BigInt((d["left_share"] as number[])[Math.max(Number(v[0]) - Number(d["from_month"]), 0)] ?? 0);
    const taken = (part: string) => big(d[`${part}_minor`]) - divideRounded(big(d[`${part}_minor`]) * share, 1_000_000_000n, "half-up") - big(d[`${part}_amortised_minor`]);
    const [fee, cost, id] = [taken("fee"), taken("cost"), text(d["loan_account_id"])];
    if (fee === 0n && cost === 0n) continue;
    b.put("deferral", id, { ...d, fee_amortised_minor: big(d["fee_amortised_minor"]) + fee, cost_amortised_minor: big(d["cost_amortised_minor"]) + cost });
    b.append("deferral_move", { loan_account_id: id, fee_minor: 0n, cost_minor: 0n, fee_amortised_minor: fee, cost_amortised_minor: cost, fee_lost_minor: 0n, cost_lost_minor: 0n, date: v[3] });
    const { product_version_id, branch_id, currency } = d;
    const key = `${text(product_version_id)}|${text(branch_id)}|${text(currency)}`;
    const sum = sums.get(key) ?? { product_version_id, branch_id, currency, loans: 0n, fee: 0n, cost: 0n };
    sums.set(key, { ...sum, loans: sum.loans + 1n, fee: sum.fee + fee, cost: sum.cost + cost });
  }
  return [...sums].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, sum]) => sum);
}

const OTHERS: Record<string, Statement> = {
  "ledger.entry.post": postEntries,
  "payments.receipt.take_by_hand": takeByHand,
  "payments.match.release": (b, v) => {
    const match = b.get("receipt_match", text(v[0]));
    if (match === undefined) return [];
    b.lock(`receipt:${text(match["receipt"])}`);
    const receipt = b.get("receipt", text(match["receipt"])) as Row;
    return [{ receipt_id: receipt["id"], state: receipt["state"], awaited: true, undone: b.get("receipt_match", text(v[0]))?.["undone"], parts: 1 }];
  },
  "payments.receipt.take_back": (b, v) => {
    b.lock(`receipt:${text(v[0])}`);
    const receipt = b.get("receipt", text(v[0]));
    if (receipt === undefined || receipt["state"] === "returned") return [];
    b.put("receipt", text(v[0]), { ...receipt, state: "returned" });
    return [receipt];
  },
  "payments.match.undo_all": (b, v) => b.all("receipt_match").filter((m) => m["receipt"] === v[0] && m["undone"] === false).map((m) => {
    b.put("receipt_match", text(m["id"]), { ...m, undone: true });
    return { id: m["id"], loan_account_id: m["loan"], amount_minor: m["amount_minor"], taken: true };
  }),
  "products.version.read": (b, v) => [b.get("product_version", text(v[0]))].filter((row) => row !== undefined),
  // Kept beside a loan when it is booked; nothing here looks at it.
  "documents.owner.grant": () => 1,
  "payments.reference.add": () => 1,
  /** The model's own step of end of day, which nothing makes good when it was left out. */
  "check.tally": (b, v) => {
    const loans = b.all("loan_state").filter((s) => Number(s["shard"]) >= Number(v[1]) && Number(s["shard"]) <= Number(v[2])).map((s) => text(s["loan_account_id"]));
    for (const loan of loans) b.append("tally", { date: v[0], loan });
    return loans.length;
  },
  /** What the queue's own library sends in the transaction that it is given. */
  "check.queue.send": (b, v) => {
    const id = `job_${b.next("job")}`;
    b.insert("job", id, { id, name: v[0], data: v[1], state: "created", attempt: 0, notBefore: 0 });
    return 1;
  },
};

/** Every statement that the code under test sends; another one ends the run. */
export const STATEMENTS: Readonly<Record<string, Statement>> = { ...KERNEL, ...SERVICING, ...OTHERS };

export function statementNamed(statements: Readonly<Record<string, Statement>>, name: string): Statement {
  const statement = statements[name];
  if (statement === undefined) throw sqlError("42883", `the model has no statement ${name}`);
  return statement;
}
