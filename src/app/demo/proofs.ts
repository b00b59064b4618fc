import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { formatAmount, money } from "#engine/money.ts";
import { sealEverything, verifyAudit } from "#kernel/audit-chain.ts";
import { canonicalJson } from "#kernel/codec.ts";
import { exportJournal, proveBooks, proveControls, trialBalance, type TrialBalance } from "#modules/ledger/index.ts";
import type { Applicant } from "./intake.ts";
import type { World } from "./two-years.ts";

export interface Proofs {
  readonly trialBalance: string;
  readonly subledgerDifference: string;
  /** Largest difference in any account; null when the ledger program is not on this machine. */
  readonly ledgerCliDifference: string | null;
  readonly audit: string;
  readonly auditRecords: number;
  readonly seamDifferences: number;
  readonly hash: string;
  readonly outcomes: { readonly booked: number; readonly closed: number; readonly chargedOff: number; readonly active: number; readonly overpaid: number };
  readonly books: TrialBalance;
}

/** Everything that must hold at the end, each proved by another way of counting. */
export async function prove(world: World, applicants: readonly Applicant[], currency: string, folder: string): Promise<Proofs> {
  const { services, tenantId, people } = world;
  await sealEverything(services, tenantId);
  const chain = await verifyAudit(services, tenantId);
  const text = (minor: bigint) => formatAmount(money(minor, currency));
  const { books, controls, held, journal } = await people.system().read(async (tx) => {
    const file = join(folder, "journal.ledger");
    const out = createWriteStream(file);
    await exportJournal(tx, { format: "ledger" }, async (piece) => {
      if (!out.write(piece)) await once(out, "drain");
    });
    out.end();
    await once(out, "close");
    return { books: await trialBalance(tx), controls: await proveControls(tx), held: await proveBooks(tx, tx.businessDate), journal: file };
  });
  const off = [...controls, ...held].reduce((sum, proof) => sum + absolute(proof.ledgerMinor - proof.expectedMinor), 0n);
  const loans = await people.system().read((tx) => tx.rows<{ application_id: string; status: string; principal_minor: bigint; interest_minor: bigint; charged_off_minor: bigint; closed_date: string | null; charged_off_date: string | null }>("demo.loans",
    "SELECT application_id, status, principal_minor, interest_minor, charged_off_minor, closed_date, charged_off_date FROM servicing.report_loan"));
  const byApplication = new Map(loans.map((loan) => [loan.application_id, loan]));
  const scores = await people.system().read((tx) => tx.rows<{ application_id: string; state: string; score: number | null }>("demo.scores", "SELECT application_id, state, score FROM origination.report_application"));
  const scoreOf = new Map(scores.map((s) => [s.application_id, s]));
  const results = applicants.map((a) => {
    const loan = byApplication.get(a.applicationId);
    const application = scoreOf.get(a.applicationId);
    return [a.index, application?.state, application?.score, loan?.status ?? null, loan?.principal_minor ?? null, loan?.interest_minor ?? null, loan?.charged_off_minor ?? null, loan?.closed_date ?? null, loan?.charged_off_date ?? null];
  });
  const count = (status: string) => loans.filter((loan) => loan.status === status).length;
  return {
    trialBalance: text(books.totals.reduce((sum, t) => sum + absolute(t.differenceMinor), 0n)), subledgerDifference: text(off), ledgerCliDifference: byLedgerProgram(journal, books, currency),
    audit: chain.faults.length === 0 ? "intact" : `broken: ${chain.faults[0]}`, auditRecords: chain.records, seamDifferences: await seamDifferences(world),
    hash: createHash("sha256").update(canonicalJson({ results, accounts: books.accounts.map((a) => [a.account, a.currency, a.balanceMinor]) })).digest("hex"),
    outcomes: { booked: loans.length, closed: count("closed"), chargedOff: count("charged_off") + count("written_off") + count("settled"), active: count("active"), overpaid: count("overpaid") }, books,
  };
}

/** Loans whose offer, signed agreement and booked schedule do not carry the same hash of terms and rows. */
async function seamDifferences(world: World): Promise<number> {
  const row = await world.people.system().read((tx) => tx.one<{ n: bigint }>("demo.seam",
    `SELECT count(*) AS n FROM servicing.report_loan l JOIN origination.report_application a ON a.application_id = l.application_id LEFT JOIN origination.report_offer o ON o.offer_id = a.offer_id
     WHERE o.offer_id IS NULL OR o.offer_hash <> l.schedule_hash OR o.agreement_hash <> l.schedule_hash`));
  return Number(row.n);
}

/** The same journal recomputed by another program: the largest difference of any account. */
function byLedgerProgram(file: string, books: TrialBalance, currency: string): string | null {
  const run = spawnSync("ledger", ["-f", file, "balance", "--flat", "--no-total", "--empty", "--format", "%(account)\t%(quantity(scrub(total)))\n"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (run.error !== undefined) return null;
  if (run.status !== 0) throw new Error(`ledger refuses our journal: ${run.stderr.slice(0, 500)}`);
  const theirs = new Map(run.stdout.split("\n").filter((line) => line.includes("\t")).map((line) => {
    const [account = "", amount = "0"] = line.split("\t");
    return [account.split(":").at(-1) ?? "", toMinor(amount)] as const;
  }));
  let worst = 0n;
  for (const account of books.accounts.filter((a) => a.currency === currency)) {
    const difference = absolute((theirs.get(account.account) ?? 0n) - (account.debitMinor - account.creditMinor));
    if (difference > worst) worst = difference;
  }
  return formatAmount(money(worst, currency));
}

function toMinor(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text.trim().replaceAll(",", ""));
  if (match === null) throw new Error(`ledger says ${JSON.stringify(text)}`);
  const minor = BigInt(`${match[2]}${(match[3] ?? "").padEnd(2, "0")}`);
  return match[1] === "-" ? -minor : minor;
}

function absolute(minor: bigint): bigint {
  return minor < 0n ? -minor : minor;
}
