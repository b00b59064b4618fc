import { createRequire } from "node:module";
import { buildSchedule, isoDate, loanTerms } from "#engine/index.ts";
import type { LoanTerms, Schedule } from "#engine/index.ts";
import { accruals } from "./calibrate.ts";
import type { Check } from "../assure/result.ts";

/** P19: exact schedules a second on one core, beside `loanjs` and `amortizejs`, and how far each is from sums that close. */
const FLOOR = { 36: 150_000, 360: 15_000 } as const;
type Length = keyof typeof FLOOR;

/** Loans of one length whose amounts and rates wander; the numbers are fixed, no clock and no chance. */
function loans(count: number, rows: number, seed: number): LoanTerms[] {
  let state = seed;
  const random = (below: number) => Math.floor(((state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648) * below);
  return Array.from({ length: count }, () => loanTerms({
    currency: "USD", principal: 100_000 + random(90_000_000), disbursementDate: isoDate(`20${20 + random(20)}-0${1 + random(9)}-${10 + random(18)}`),
    interest: { ratePpb: 10_000 * (1 + random(36_000)) }, installments: { count: rows, every: 1, unit: "months" },
  }));
}

/** The same schedule by whole fractions alone, row by row: payment = P·r·(1+r)^n ÷ ((1+r)^n − 1), interest = balance·r, each rounded half-even. */
function byFractions(terms: LoanTerms): { interest: number; rows: [principal: number, interest: number][] } {
  const [a, b] = [BigInt(terms.interest.ratePpb), 12_000_000_000n];
  const n = BigInt(terms.installments.count);
  const [grown, plain] = [(a + b) ** n, b ** n];
  const payment = halfEven(BigInt(terms.principal) * grown * a, b * (grown - plain));
  let [balance, total] = [BigInt(terms.principal), 0n];
  const rows: [number, number][] = [];
  for (let k = 1n; k <= n; k++) {
    const interest = halfEven(balance * a, b);
    const principal = k === n || payment - interest > balance ? balance : payment - interest;
    balance -= principal;
    total += interest;
    rows.push([Number(principal), Number(interest)]);
  }
  return { interest: Number(total), rows };
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const [quotient, twice] = [numerator / denominator, (numerator % denominator) * 2n];
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** A schedule in plain doubles that rounds nothing: what the machine gives for the bare arithmetic and its rows. */
function bare(terms: LoanTerms): object[] {
  const rate = terms.interest.ratePpb / 12e9;
  const payment = (terms.principal * rate) / (1 - (1 + rate) ** -terms.installments.count);
  let balance = terms.principal;
  const rows = [];
  for (let k = 1; k <= terms.installments.count; k++) {
    const interest = balance * rate;
    balance -= payment - interest;
    rows.push({ number: k, principal: payment - interest, interest, total: payment, balance });
  }
  return rows;
}

/** What was drawn last: held, so that no engine leaves out work whose result nobody sees. */
let kept: unknown;

/** How often a second of CPU time it is done: other programs on the machine do not count, collecting garbage does. */
function perCpuSecond(work: (index: number) => unknown, ms: number): { cpu: number; wall: number } {
  const before = process.cpuUsage();
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < ms) for (let i = 0; i < 16; i++) kept = work(count++);
  const { user, system } = process.cpuUsage(before);
  if (kept === undefined) throw new RangeError("nothing was drawn");
  return { cpu: Math.round((count * 1e6) / (user + system)), wall: Math.round((count * 1000) / (performance.now() - start)) };
}

type PeerRow = { principal: number; interest: number };
type Peer = { name: string; draw(terms: LoanTerms): unknown; rows(drawn: unknown): PeerRow[] };

function peers(): Peer[] {
  const require = createRequire(import.meta.url);
  const { Loan } = require("loanjs") as { Loan: new (amount: number, count: number, percent: number, type: string) => object };
  const { Calculator } = require("amortizejs") as { Calculator: { calculate(config: object): object } };
  return [
    {
      name: "loanjs", draw: (t) => new Loan(t.principal / 100, t.installments.count, t.interest.ratePpb / 1e7, "annuity"),
      rows: (drawn) => (drawn as { installments: { capital: number; interest: number }[] }).installments.map((i) => ({ principal: i.capital, interest: i.interest })),
    },
    {
      name: "amortizejs", draw: (t) => Calculator.calculate({ method: "mortgage", apr: t.interest.ratePpb / 1e7, balance: t.principal / 100, loanTerm: t.installments.count }),
      rows: (drawn) => (drawn as { schedule: PeerRow[] }).schedule,
    },
  ];
}

/** Whether a schedule repays exactly what was lent and ends at zero, every row what principal and interest make. */
function closes(terms: LoanTerms, { rows, totals }: Schedule): boolean {
  let [repaid, interest] = [0, 0];
  for (const row of rows) {
    repaid += row.principal;
    interest += row.interest;
    if (row.balance !== terms.principal - repaid || row.total !== row.principal + row.interest || row.principal < 0) return false;
  }
  return repaid === terms.principal && rows.at(-1)?.balance === 0 && totals.interest === interest;
}

function differsFromFractions(terms: LoanTerms): boolean {
  const [ours, exact] = [buildSchedule(terms), byFractions(terms)];
  return ours.totals.interest !== exact.interest || ours.rows.some((row, i) => row.principal !== exact.rows[i]?.[0] || row.interest !== exact.rows[i]?.[1]);
}

/** What a peer makes of the same loans: how fast, and how far its rows, in cents, are from the amount lent and from the exact interest. */
function measurePeer(peer: Peer, all: readonly LoanTerms[], ms: number) {
  const one = (k: number) => peer.draw(all[k % all.length] as LoanTerms);
  perCpuSecond(one, ms / 4);
  const { cpu } = perCpuSecond(one, ms / 2);
  const checked = all.slice(0, 100).map((terms) => {
    const rows = peer.rows(peer.draw(terms));
    const cents = (of: keyof PeerRow) => rows.reduce((sum, row) => sum + Math.round(row[of] * 100), 0);
    return { principal: Math.abs(cents("principal") - terms.principal), interest: Math.abs(cents("interest") - byFractions(terms).interest) };
  });
  return {
    perSecond: cpu, notAddingUpPercent: checked.filter((c) => c.principal > 0).length, worstPrincipalCents: Math.max(...checked.map((c) => c.principal)),
    interestOffPercent: checked.filter((c) => c.interest > 0).length, worstInterestCents: Math.max(...checked.map((c) => c.interest)),
  };
}

export const p19: Check = {
  id: "P19",
  title: "exact schedules a second of 36 and 360 periods on one core, each closing to zero",
  run: async ({ seconds = 2, cases = 20_000, seed, say }) => {
    const ms = seconds * 1000;
    let notClosing = 0;
    for (const rows of [36, 360, 60, 12]) for (const terms of loans(Math.ceil(cases / 4), rows, seed + rows)) if (!closes(terms, buildSchedule(terms))) notClosing++;
    const exactChecked = Math.min(2000, cases);
    const inexact = [36, 360].reduce((sum, rows) => sum + loans(exactChecked / 2, rows, seed).filter(differsFromFractions).length, 0);
    const measured = Object.fromEntries(([36, 360] as const).map((rows) => {
      const all = loans(500, rows, seed);
      const ours = (k: number) => buildSchedule(all[k % all.length] as LoanTerms);
      perCpuSecond(ours, ms / 2);
      const { cpu, wall } = perCpuSecond(ours, ms);
      const floor = perCpuSecond((k) => bare(all[k % all.length] as LoanTerms), ms / 2).cpu;
      const beside = Object.fromEntries(peers().map((peer) => [peer.name, measurePeer(peer, all, ms)]));
      say(`${rows} periods: ${cpu}/s of CPU time (${wall}/s by the clock), bare arithmetic ${floor}/s, ${JSON.stringify(beside)}`);
      return [rows, { cpu, wall, floor, beside }];
    })) as Record<Length, { cpu: number; wall: number; floor: number; beside: object }>;
    const pass = measured[36].cpu >= FLOOR[36] && measured[360].cpu >= FLOOR[360] && notClosing + inexact === 0;
    return {
      pass, value: measured[36].cpu, unit: "schedules of 36 periods per CPU second", floor: measured[36].floor, efficiency: Math.round((measured[36].cpu / measured[36].floor) * 100) / 100,
      cases, violations: notClosing + inexact, seed, calibration: { accrualsPerSecond: accruals(ms / 4) },
      detail: { bar: FLOOR, of36: measured[36], of360: measured[360], notClosing, exactChecked, inexact },
    };
  },
};
