import "./node-version.ts";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { removePostgres } from "#kernel/postgres.ts";
import { deliverAll } from "#kernel/relay.ts";
import { funnelReport, incomeReport, parHistory, vintages } from "#modules/reporting/index.ts";
import { demoBank } from "./demo/bank.ts";
import { closeAndFund } from "./demo/closing.ts";
import { publishScorecard, readApplicants, takeIn, type Applicant, type Fitted } from "./demo/intake.ts";
import { readOptions } from "./demo/options.ts";
import { peopleOf } from "./demo/people.ts";
import { prove } from "./demo/proofs.ts";
import { htmlReport } from "./demo/report.ts";
import { payOut, runDays, type World } from "./demo/two-years.ts";
import { startPlatform } from "./platform.ts";
import { LENDERS } from "./seed.ts";

// A thousand applicants from their application to the closing of their loans, unattended, on the real parts: see --help in README.
const options = readOptions(process.argv.slice(2));
const say = (line: string) => void process.stderr.write(`${line}\n`);
const began = performance.now();
const folder = options.keep === undefined ? mkdtempSync(join(tmpdir(), "loanwright-demo-")) : resolve(options.keep);
const lender = LENDERS[0];
/** Applicants come in this many waves at most, one every thirty days, so that the portfolio has cohorts. */
const MOST_WAVES = 6;

const past = readApplicants(options);
const rows = past.slice(0, options.count);
say(`${rows.length} applicants ${options.applicantsFile === undefined ? "made by the seeded generator" : `of ${options.applicantsFile}`}; ${options.months} months; seed ${options.seed}`);
const platform = await startPlatform({ dataDir: folder, worker: "none", logLevel: "error", seed: `demo-${options.seed}` });
try {
  const { services, wiring } = platform;
  const people = peopleOf(services, lender.tenantId);
  const world: World = { services, wiring, tenantId: lender.tenantId, people, seed: options.seed, bank: demoBank(services, `${lender.slug}-main`, lender.currency) };
  const businessDate = await people.system().read(async (tx) => tx.businessDate);

  const fitted = await publishScorecard(past, people, options, businessDate);
  say(`Scorecard on the half held back (${fitted.holdout.cases} applicants): Gini ${fixed(fitted.holdout.gini)}, KS ${fixed(fitted.holdout.ks)}`);
  const inbox = async (phone: string) => {
    const response = await fetch(`${platform.sandboxUrl}/messages/v1/messages?to=${encodeURIComponent(phone)}`, { headers: { authorization: `Bearer ${services.config.sandboxKeys.messages}` } });
    return ((await response.json()) as { messages: { code: string | null }[] }).messages.findLast((m) => m.code !== null)?.code ?? "";
  };
  const applicants: Applicant[] = [];
  const spent = { intake: 0, decision: 0, signing: 0, funding: 0 };
  const wave = Math.ceil(rows.length / Math.min(MOST_WAVES, options.months));
  await runDays(world, options.months, async (day, nth) => {
    const from = (nth / 30) * wave;
    if (nth % 30 !== 0 || from >= rows.length) return [];
    const taken = await takeIn(rows.slice(from, from + wave), people, wiring.outside, options, day, from);
    await deliverAll(services, wiring.modules, lender.tenantId);
    const closing = await closeAndFund(taken.applicants, people, wiring.outside, inbox);
    await payOut(world);
    applicants.push(...taken.applicants);
    spent.intake += taken.milliseconds.intake;
    spent.decision += taken.milliseconds.decision;
    spent.signing += closing.milliseconds.signing;
    spent.funding += closing.milliseconds.funding;
    return taken.applicants;
  });
  const proofs = await prove(world, applicants, lender.currency, folder);

  const facts = await people.system().read(async (tx) => ({ funnel: await funnelReport(tx), par: await parHistory(tx, lender.currency), vintages: await vintages(tx, lender.currency), income: await incomeReport(tx, lender.currency), today: tx.businessDate }));
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const result = {
    applications: rows.length, decided: facts.funnel.stages.find((s) => s.stage === "decided")?.count ?? 0, booked: proofs.outcomes.booked, closed: proofs.outcomes.closed, chargedOff: proofs.outcomes.chargedOff,
    gini: fixed(fitted.holdout.gini), ks: fixed(fitted.holdout.ks), trialBalance: proofs.trialBalance, subledgerDifference: proofs.subledgerDifference, ledgerCliDifference: proofs.ledgerCliDifference, audit: proofs.audit,
    seamDifferences: proofs.seamDifferences, seconds, hash: proofs.hash,
  };
  const states = Object.entries(Object.groupBy(applicants, (a) => a.state)).map(([state, list]) => `${list?.length ?? 0} ${state}`).join(", ");
  const summary: [string, string][] = [
    ["Applications", `${result.applications}: ${states}`], ["Loans", `${proofs.outcomes.booked} booked: ${proofs.outcomes.active} running, ${proofs.outcomes.closed} closed, ${proofs.outcomes.chargedOff} charged off`],
    ["Scorecard", `Gini ${result.gini}, KS ${result.ks} on the half held back`], ["Trial balance", result.trialBalance], ["Sub-ledger less ledger", result.subledgerDifference],
    ["Ours less ledger-cli", result.ledgerCliDifference ?? "the ledger program is not on this machine"], ["Audit chain", `${proofs.audit}, ${proofs.auditRecords} records`], ["Seam differences", String(result.seamDifferences)], ["Time", `${seconds} s`],
  ];
  mkdirSync(dirname(resolve(options.report)), { recursive: true });
  const amount = (money: { amount: string }) => Number(money.amount);
  writeFileSync(options.report, htmlReport({
    title: `${lender.name}: ${result.applications} applicants, ${options.months} months`, currency: lender.currency, businessDate: facts.today, summary,
    funnel: [...facts.funnel.stages, { stage: "closed", count: proofs.outcomes.closed }], turnaround: [{ step: "intake", milliseconds: spent.intake / rows.length }, { step: "checks and decision", milliseconds: spent.decision / rows.length }, { step: "offer to signature", milliseconds: spent.signing / Math.max(1, proofs.outcomes.booked) }, { step: "funding and booking", milliseconds: spent.funding / Math.max(1, proofs.outcomes.booked) }],
    portfolioAtRisk: facts.par.points, vintages: facts.vintages.cohorts, scorebands: bandsOf(fitted),
    income: facts.income.months.map((m) => ({ month: m.month, interest: amount(m.interest), fees: amount(m.fees), penalties: amount(m.penalties) })),
  }));
  for (const [name, value] of summary) say(`${name.padEnd(24)} ${value}`);
  say(`Report: ${options.report}${options.keep === undefined ? "" : `; data: ${folder}`}`);
  if (options.json) console.log(JSON.stringify(result));
  const sound = result.trialBalance === "0.00" && result.subledgerDifference === "0.00" && (result.ledgerCliDifference ?? "0.00") === "0.00" && result.audit === "intact" && result.seamDifferences === 0;
  process.exitCode = sound ? 0 : 1;
} finally {
  await platform.close();
  if (options.keep === undefined) {
    await removePostgres(join(folder, "postgres"));
    rmSync(folder, { recursive: true, force: true });
  }
}

function fixed(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Scores of the half held back in bands of twenty points, with how they turned out. */
function bandsOf(fitted: Fitted): { band: string; good: number; bad: number }[] {
  const bands = new Map<number, { good: number; bad: number }>();
  for (const { score, bad } of fitted.holdoutScores) {
    const from = Math.floor(score / 20) * 20;
    const band = bands.get(from) ?? { good: 0, bad: 0 };
    band[bad ? "bad" : "good"]++;
    bands.set(from, band);
  }
  return [...bands].sort(([a], [b]) => a - b).map(([from, counts]) => ({ band: `${from}–${from + 19}`, ...counts }));
}
