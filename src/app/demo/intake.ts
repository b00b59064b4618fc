import { stringify } from "csv-stringify/sync";
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";
import { formatAmount } from "#engine/money.ts";
import { decide } from "#kernel/approvals.ts";
import type { Context } from "#kernel/context.ts";
import { isProblem } from "#kernel/problems.ts";
import { seededRandom } from "#kernel/ids.ts";
import { advanceApplication, decideByPerson, demoApplication, fitOnRows, generateApplicants, importApplications, mapRow, type ApplicationState, type CreditRow, type Outside } from "#modules/origination/index.ts";
import { changeDraft, cloneVersion, currentVersion, proposePublication } from "#modules/products/index.ts";
import { giveCreditFiles } from "./credit-files.ts";
import type { DemoOptions } from "./options.ts";
import type { People } from "./people.ts";
import { pooled } from "./pool.ts";

/** One applicant on the way through the demonstration. */
export interface Applicant {
  readonly index: number;
  readonly bad: boolean;
  readonly applicationId: string;
  readonly phone: string;
  state: ApplicationState;
  loanAccountId?: string;
  loanNumber?: string;
}

/** A card needs many past applicants, however few then apply. */
const LEAST_PAST = 1000;

/** The past applicants of the file, or made-up ones; the first of them, as many as asked for, apply. */
export function readApplicants(options: DemoOptions): CreditRow[] {
  if (options.applicantsFile === undefined) return generateApplicants(Math.max(LEAST_PAST, options.count), options.seed);
  const rows = parse(readFileSync(options.applicantsFile, "utf8"), { columns: true, bom: true, trim: true, skip_empty_lines: true }) as CreditRow[];
  rows.forEach(mapRow); // a value that is not understood stops the run here, with its column
  return rows;
}

export type Fitted = ReturnType<typeof fitOnRows>;

/** Fits the scorecard on one half, measures it on the other, and publishes it as a new version of the product, by two people. */
export async function publishScorecard(rows: readonly CreditRow[], people: People, options: DemoOptions, businessDate: string): Promise<Fitted> {
  const fitted = fitOnRows(`past-applicants-${options.seed}`, rows, seededRandom(options.seed));
  const maker = () => people.staff("product_manager");
  const current = await maker().read((tx) => currentVersion(tx, "personal-loan"));
  const { productVersionId } = await cloneVersion(maker(), current.id, "Scorecard fitted from past applicants");
  await changeDraft(maker(), productVersionId, { definition: { ...current.definition, scorecard: fitted.card } }, () => undefined);
  const request = await proposePublication(maker(), productVersionId, businessDate);
  await decide(people.staff("credit_manager"), request.id, "approve", undefined);
  return fitted;
}

/** Brings the applicants in as a file, line by line, and takes each to its decision. */
export async function takeIn(rows: readonly CreditRow[], people: People, outside: Outside, options: Pick<DemoOptions, "seed">, businessDate: string, first = 0): Promise<{ applicants: Applicant[]; milliseconds: { intake: number; decision: number } }> {
  const lines = rows.map((row, i) => ({ row, index: first + i, application: demoApplication(row, first + i, { seed: options.seed, businessDate }) }));
  await giveCreditFiles(people.system().services, lines.map((l) => l.application));
  const began = performance.now();
  const applicants: Applicant[] = [];
  for (let from = 0; from < lines.length; from += 100) {
    const part = lines.slice(from, from + 100);
    const results = await importApplications(people.system(), csvOf(part.map((l) => l.application)));
    for (const [i, result] of results.entries()) {
      const line = part[i] as (typeof part)[number];
      if (result.applicationId === null) throw new Error(`line ${line.index + 2} was ${result.state}: ${JSON.stringify(result.errors)}`);
      applicants.push({ index: line.index, bad: mapRow(line.row).bad, applicationId: result.applicationId, phone: String(line.application.answers?.["phone"]), state: "submitted" });
    }
  }
  const taken = performance.now();
  await pooled(applicants, 6, async (applicant) => {
    applicant.state = await advanceApplication(people.system(), outside, applicant.applicationId);
    if (applicant.state === "referred") applicant.state = await underwrite(people, applicant);
  });
  const decided = performance.now();
  return { applicants, milliseconds: { intake: taken - began, decision: decided - taken } };
}

/** A person decides what was referred: the underwriter, or the credit manager where the underwriter's authority ends. */
async function underwrite(people: People, applicant: Applicant): Promise<ApplicationState> {
  try {
    return await judge(people.staff("underwriter"), applicant);
  } catch (error) {
    if (!isProblem(error, "decision.above_authority")) throw error;
    return judge(people.staff("credit_manager"), applicant);
  }
}

/** Approves a score in the upper part, and declines the rest. */
async function judge(underwriter: Context, applicant: Applicant): Promise<ApplicationState> {
  const { score } = await underwriter.read((tx) => tx.one<{ score: number | null }>("demo.score", "SELECT score FROM origination.report_application WHERE application_id = $1", [applicant.applicationId]));
  const good = (score ?? 0) >= 590;
  const decided = await decideByPerson(underwriter, {
    applicationId: applicant.applicationId, outcome: good ? "approve" : "decline", reason: good ? "Referred by policy; the file supports the repayment." : "Referred by policy; the score does not carry the exception.",
    ...(good ? {} : { reasons: [{ code: "U01", text: "Length and strength of credit history" }] }),
  });
  return decided.state as ApplicationState;
}

function csvOf(applications: readonly ReturnType<typeof demoApplication>[]): string {
  const records = applications.map((a) => {
    const flat: Record<string, string> = { productCode: a.productCode, amount: formatAmount(a.amount), termMonths: String(a.termMonths), locale: a.locale ?? "en", consents: (a.consents ?? []).filter((c) => c.given).map((c) => c.purpose).join(" ") };
    for (const [name, value] of Object.entries(a.answers ?? {})) {
      if (value !== null && typeof value === "object") for (const [part, text] of Object.entries(value)) flat[`${name}.${part}`] = String(text);
      else flat[name] = String(value);
    }
    return flat;
  });
  const columns = [...new Set(records.flatMap((r) => Object.keys(r)))];
  return stringify(records, { header: true, columns });
}
