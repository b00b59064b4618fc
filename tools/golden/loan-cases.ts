import { EngineRefusal } from "#engine/index.ts";
import { runCalculatorCase } from "./loan-calculator.ts";
import { differenceFrom } from "./loan-expect.ts";
import type { GoldenCase, GoldenStep } from "./loan-format.ts";
import { dateOf, LoanSession } from "./loan-session.ts";
import { STEPS, StepRefusal } from "./loan-steps.ts";
import { translateTerms } from "./loan-terms.ts";
import type { CaseResult } from "./result.ts";

/** Runs the cases of one file of format `loan-golden-cases/1`. A case that cannot be understood fails. */
export function* runLoanCases(file: unknown): Generator<CaseResult> {
  for (const golden of (file as { cases: GoldenCase[] }).cases) {
    let difference: string | null;
    try {
      difference = golden.terms.installments.periods ? runCalculatorCase(golden) : runCase(golden);
    } catch (error) {
      difference = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    yield difference === null ? { theme: golden.theme, id: golden.id, pass: true } : { theme: golden.theme, id: golden.id, pass: false, difference };
  }
}

/** Plays the steps in order. @returns the first difference, or null */
function runCase(golden: GoldenCase): string | null {
  const first = golden.steps.find((s) => s.business_date !== undefined);
  const session = new LoanSession(translateTerms(golden.terms), dateOf(first?.business_date ?? golden.terms.submitted_on));
  for (const [index, step] of golden.steps.entries()) {
    const difference = playStep(session, step, index);
    if (difference !== null) return `step ${index} (${step.do}): ${difference}`;
  }
  return null;
}

function playStep(session: LoanSession, step: GoldenStep, index: number): string | null {
  const handler = STEPS[step.do];
  if (!handler) return "the step is not understood";
  if (step.business_date !== undefined) session.businessDate = dateOf(step.business_date);
  const before = session.state;
  session.lastEventId = null;
  try {
    handler(session, step);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    if (step.expect_rejected === undefined) return `refused: ${reason} (${error instanceof Error ? error.message : ""})`;
    if (reason !== step.expect_rejected) return `refused for ${reason}, expected ${step.expect_rejected}`;
    return session.state === before ? null : "a refused step changed the loan";
  }
  if (step.expect_rejected !== undefined) return `not refused, expected ${step.expect_rejected}`;
  if (session.lastEventId !== null) session.byStep.set(index, session.lastEventId);
  return step.expect === undefined ? null : differenceFrom(session, step.expect, step);
}

/** Reasons of the format are the last part of the engine's codes. */
const REASONS: Readonly<Record<string, string>> = {
  "loan.not_open": "loan_not_open", "loan.charged_off": "loan_charged_off", "delinquency.loan_not_active": "loan_not_active",
};

function reasonOf(error: unknown): string | null {
  if (error instanceof StepRefusal) return error.message;
  if (!(error instanceof EngineRefusal)) return null;
  return REASONS[error.code] ?? error.code.slice(error.code.indexOf(".") + 1);
}
