import { aprEffective } from "#engine/apr-eu.ts";
import { levelSchedule } from "#engine/level-schedule.ts";
import { ruleOf78Earned, ruleOf78Refund } from "#engine/rule-of-78.ts";
import { cumprinc, fv, ipmt, nominal, pmt, rate } from "#engine/tvm.ts";
import { date, first, list, minor, near, nearAll, number, object, optional, percentPpb, text, tolerance, understood } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** amortization.json */
export function amortization(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  const within = tolerance(v, null, 0.005);
  switch (text(v["group"], "group")) {
    case "emi": {
      understood(expected, ["payment"]);
      return near("payment", payment(inputs), expected["payment"], within);
    }
    case "amortization": return paidOff(inputs, expected, within);
    case "apr-simple": return near("aprPercent", simpleApr(inputs), expected["aprPercent"], within);
    case "daily-simple-interest": return dailyInterest(inputs, expected, within);
    case "interest-only": return near("interest", interestOnly(inputs), expected["interest"], within);
    case "rule-of-78": return ruleOf78(inputs, expected, v);
    case "schedule": return schedule(inputs, expected, within);
    default: throw new TypeError("group is not understood");
  }
}

function yearly(inputs: Json): number {
  return number(inputs["annualRatePercent"], "annualRatePercent") / 100;
}

function payment(inputs: Json): number {
  const perYear = optional(inputs["periodsPerYear"], "periodsPerYear", number) ?? 12;
  return -pmt(yearly(inputs) / perYear, number(inputs["periods"], "periods"), number(inputs["principal"], "principal"));
}

function paidOff(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["principalPaid", "interestPaid", "balance"]);
  const [principal, after, perYear] = [number(inputs["principal"], "principal"), number(inputs["after"], "after"), optional(inputs["periodsPerYear"], "periodsPerYear", number) ?? 12];
  const paid = optional(inputs["payment"], "payment", number) ?? payment(inputs);
  const balance = -fv(yearly(inputs) / perYear, after, -paid, principal);
  return first(
    expected["balance"] === undefined ? null : near("balance", balance, expected["balance"], within),
    expected["principalPaid"] === undefined ? null : near("principalPaid", principal - balance, expected["principalPaid"], within),
    expected["interestPaid"] === undefined ? null : near("interestPaid", paid * after - (principal - balance), expected["interestPaid"], within),
  );
}

function simpleApr(inputs: Json): number | null {
  const [financed, paid, periods] = [number(inputs["amountFinanced"], "amountFinanced"), number(inputs["payment"], "payment"), number(inputs["periods"], "periods")];
  const perYear = optional(inputs["periodsPerYear"], "periodsPerYear", number) ?? 12;
  const regime = optional(inputs["regime"], "regime", text);
  if (regime === null || /nominal|US/.test(regime)) {
    const found = rate(periods, -paid, financed);
    return found === null ? null : found * perYear * 100;
  }
  if (!/effective/.test(regime)) throw new TypeError(`regime is not understood: ${regime}`);
  const found = aprEffective([{ years: 0, amount: financed }], Array.from({ length: periods }, (_v, k) => ({ years: (k + 1) / perYear, amount: paid })));
  return found === null ? null : found * 100;
}

function dailyInterest(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["factor", "interest"]);
  const factor = yearly(inputs) / number(inputs["yearDays"], "yearDays");
  return first(
    expected["factor"] === undefined ? null : near("factor", factor, expected["factor"], within),
    expected["interest"] === undefined ? null : near("interest", number(inputs["principal"], "principal") * factor * number(inputs["days"], "days"), expected["interest"], within),
  );
}

function interestOnly(inputs: Json): number {
  const perYear = optional(inputs["periodsPerYear"], "periodsPerYear", number) ?? 12;
  const effectiveRate = optional(inputs["effectiveAnnualRatePercent"], "effectiveAnnualRatePercent", number);
  const yearlyRate = effectiveRate === null ? yearly(inputs) : nominal(effectiveRate / 100, perYear);
  return (number(inputs["principal"], "principal") * yearlyRate) / perYear;
}

function ruleOf78(inputs: Json, expected: Json, v: Json): string | null {
  understood(expected, ["refund", "earnedFraction", "earnedPercent"]);
  const term = number(inputs["termMonths"], "termMonths");
  const elapsed = optional(inputs["elapsedMonths"], "elapsedMonths", number) ?? term - number(inputs["unearnedMonths"], "unearnedMonths");
  const earned = ruleOf78Earned(term, elapsed);
  return first(
    expected["refund"] === undefined ? null : near("refund", Number(ruleOf78Refund(minor(inputs["financeCharge"], "financeCharge"), term, term - elapsed)) / 100, expected["refund"], tolerance(v, null, 0.005)),
    expected["earnedFraction"] === undefined ? null : near("earnedFraction", earned, expected["earnedFraction"], 1e-9),
    expected["earnedPercent"] === undefined ? null : near("earnedPercent", earned * 100, expected["earnedPercent"], tolerance(v, null, 0.01)),
  );
}

function schedule(inputs: Json, expected: Json, within: number): string | null {
  if (expected["rows"] === undefined) return parts(inputs, expected, within);
  understood(expected, ["rows"]);
  const basis = inputs["daysInMonth"];
  if (basis !== 30 && basis !== "ACTUAL") throw new TypeError("daysInMonth is not understood");
  if (inputs["rounding"] !== "HALF_UP" || inputs["lastPaymentAbsorbs"] !== true || inputs["currencyDecimals"] !== 2) throw new TypeError("rounding is not understood");
  const rows = levelSchedule({
    principal: Number(minor(inputs["principal"], "principal")), ratePpb: percentPpb(inputs["annualRatePercent"], "annualRatePercent"), periods: number(inputs["periods"], "periods"),
    disbursed: date(inputs["disbursed"], "disbursed"), firstDue: date(inputs["firstDue"], "firstDue"), frequencyMonths: number(inputs["frequencyMonths"], "frequencyMonths"),
    daysInMonth: basis, daysInYear: number(inputs["daysInYear"], "daysInYear"),
    rateChanges: list(inputs["rateChanges"] ?? [], "rateChanges").map((c) => {
      const change = object(c, "rate change");
      return { from: date(change["firstAccrualDayAtNewRate"], "firstAccrualDayAtNewRate"), ratePpb: percentPpb(change["annualRatePercent"], "annualRatePercent") };
    }),
  });
  const wanted = list(expected["rows"], "rows");
  if (wanted.length !== rows.length) return `expected ${wanted.length} rows, got ${rows.length}`;
  return first(...rows.flatMap((row, k) => {
    const want = object(wanted[k], "row");
    understood(want, ["n", "payment", "interest", "principal", "balance"]);
    return (["payment", "interest", "principal", "balance"] as const).map((key) => (want[key] === undefined ? null : near(`row ${row.number} ${key}`, row[key] / 100, want[key], within)));
  }));
}

/** Interest or principal parts of equal monthly payments, unrounded. */
function parts(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["interest", "principal"]);
  const [principal, periods, monthly] = [number(inputs["principal"], "principal"), number(inputs["periods"], "periods"), yearly(inputs) / 12];
  const per = Array.from({ length: periods }, (_v, k) => k + 1);
  return first(
    expected["interest"] === undefined ? null : nearAll("interest", per.map((k) => -ipmt(monthly, k, periods, principal)), expected["interest"], within),
    expected["principal"] === undefined ? null : nearAll("principal", per.map((k) => -cumprinc(monthly, periods, principal, k, k, 0)), expected["principal"], within),
  );
}
