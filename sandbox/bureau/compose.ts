import { daysFrom, monthNumber } from "../civil-date.ts";
import { toMinor, toText } from "../money-text.ts";
import { enquiriesAsOf, type PersonFile, tradelineAsOf } from "./person-file.ts";
import { type PastEnquiry, type Report, SCORE_MODELS, type Score, type Summary, type Tradeline, currencyOf } from "./report.ts";
import { syntheticDpd } from "./synthetic.ts";

export interface ReportRequest {
  readonly reportId: string;
  readonly reference: string;
  readonly kind: "soft" | "hard";
  readonly asOf: string;
}

/** A report on one day: the person's file, plus the enquiries made through this sandbox since. */
export function composeReport(request: ReportRequest, file: PersonFile, subject: string, seed: string, made: readonly PastEnquiry[]): Report {
  const head = { reportId: request.reportId, reference: request.reference, kind: request.kind, asOf: request.asOf };
  if (file.noRecord === true) {
    return { ...head, outcome: "no_record", person: null, score: null, tradelines: [], enquiries: [], summary: summarize([], [], file.country, request.asOf) };
  }
  const value = typeof file.score === "number" ? file.score : file.score?.value ?? 700;
  const tradelines = (file.tradelines ?? [])
    .map((given, index) => ({ given, key: [seed, "line", subject, String(index)] }))
    .filter(({ given }) => given.openedDate <= request.asOf)
    .map(({ given, key }) => withHistory(tradelineAsOf(given, file.country, key, request.asOf), given.grid !== undefined, seed, value));
  const enquiries = enquiriesAsOf([...(file.enquiries ?? []), ...made], request.asOf);
  const summary = summarize(tradelines, enquiries, file.country, request.asOf);
  return {
    ...head, outcome: "hit", person: { ...file.person, address: file.person.address ?? null },
    score: scoreFor(file, value, summary), tradelines, enquiries, summary,
  };
}

/** Fills the months the caller did not give; the newest keeps what the overdue amount says. */
function withHistory(line: Tradeline, gridGiven: boolean, seed: string, score: number): Tradeline {
  if (gridGiven) return line;
  return { ...line, grid: line.grid.map((cell, index) => (index === 0 && line.status === "open" ? cell : { month: cell.month, dpd: Math.max(cell.dpd, syntheticDpd(seed, line.id, cell.month, score)) })) };
}

function summarize(tradelines: readonly Tradeline[], enquiries: readonly PastEnquiry[], country: "IN" | "US", asOf: string): Summary {
  const currency = currencyOf(country);
  const total = (field: "balance" | "overdue" | "monthlyPayment"): string =>
    toText(tradelines.reduce((sum, line) => sum + toMinor(line[field], currency), 0n), currency);
  const worst = (months: number): number =>
    Math.max(0, ...tradelines.flatMap((line) => line.grid.filter((cell) => monthNumber(asOf) - monthNumber(cell.month) < months).map((cell) => cell.dpd)));
  return {
    tradelines: tradelines.length, openTradelines: tradelines.filter((line) => line.status === "open").length,
    balance: total("balance"), overdue: total("overdue"), monthlyPayment: total("monthlyPayment"),
    worstDpd12: worst(12), worstDpd36: worst(36),
    enquiries90Days: enquiries.filter((each) => each.kind === "hard" && daysFrom(each.date, asOf) <= 90).length,
    oldestOpenedDate: tradelines.map((line) => line.openedDate).sort()[0] ?? null,
    writtenOff: tradelines.filter((line) => line.status === "written_off").length, currency,
  };
}

/** Reasons follow from the facts in the same report, so a reader can check them. */
function scoreFor(file: PersonFile, value: number, summary: Summary): Score {
  const scale = SCORE_MODELS[file.country];
  const given = typeof file.score === "object" ? file.score.reasons : undefined;
  const reasons: { code: string; text: string }[] = [];
  if (summary.writtenOff > 0) reasons.push({ code: "R01", text: "An account was written off" });
  if (!/^0(\.0+)?$/.test(summary.overdue)) reasons.push({ code: "R02", text: "Amounts are overdue now" });
  if (summary.worstDpd12 >= 30) reasons.push({ code: "R03", text: "Payment 30 or more days late in the last 12 months" });
  if (summary.enquiries90Days >= 3) reasons.push({ code: "R04", text: "Several recent enquiries" });
  if (summary.tradelines <= 1) reasons.push({ code: "R05", text: "Few accounts on file" });
  if (summary.oldestOpenedDate !== null && summary.oldestOpenedDate >= "2023-01-01") reasons.push({ code: "R06", text: "Short credit history" });
  if (reasons.length === 0) reasons.push({ code: "R07", text: "Proportion of balances to limits" });
  return { model: scale.model, value: Math.min(value, scale.range.high), range: scale.range, reasons: given ?? reasons.slice(0, 4) };
}

