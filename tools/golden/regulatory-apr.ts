import { aprEffective, roundPercent, yearsEu, yearsUk } from "#engine/apr-eu.ts";
import type { PeriodUnit, TimedAmount } from "#engine/apr-eu.ts";
import { aprRegulationZ, unitPeriodSpan } from "#engine/apr-regz.ts";
import type { DatedAmount, UnitPeriod } from "#engine/apr-regz.ts";
import { date, first, flag, list, near, number, object, optional, text } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

const KINDS: readonly UnitPeriod["kind"][] = ["day", "week", "semimonth", "month", "year", "term"];

function unitPeriod(value: unknown): UnitPeriod {
  const unit = object(value, "unitPeriod");
  const kind = KINDS.find((k) => k === unit["kind"]);
  if (kind === undefined) throw new TypeError(`unknown unit-period ${JSON.stringify(value)}`);
  return { kind, multiple: optional(unit["multiple"], "multiple", number) ?? 1 };
}

/** apr_us_regz.json */
export function regulationZ(v: Json): string | null {
  if (v["group"] === "unit-period-fraction") {
    const anchor = flag(v["monthEndSeries"], "monthEndSeries") ? 31 : undefined;
    const span = unitPeriodSpan(date(v["start"], "start"), date(v["end"], "end"), unitPeriod(v["unitPeriod"]), anchor);
    return first(near("full", span.full, v["full"], 0), near("fraction", span.fraction, v["fraction"], 1e-9));
  }
  const apr = aprRegulationZ(datedAmounts(v["advances"]), datedAmounts(v["payments"]), unitPeriod(v["unitPeriod"]));
  return compareApr(v, apr, 1e-6);
}

function datedAmounts(value: unknown): DatedAmount[] {
  return list(value, "flows").map((f) => {
    const flow = object(f, "flow");
    return { date: date(flow["date"], "date"), amount: number(flow["amount"], "amount") };
  });
}

/** Against the printed figure at its decimals (or within the tolerance); and against the exact one where the file gives it. */
function compareApr(v: Json, apr: number | null, exactWithin: number): string | null {
  if (apr === null) return "no rate found";
  const expected = number(v["expectedAprPercent"], "expectedAprPercent");
  const decimals = number(v["decimals"], "decimals");
  const exact = optional(v["recomputedAprPercent"], "recomputedAprPercent", number);
  const within = optional(v["tolerancePercent"], "tolerancePercent", number) ?? 1e-5;
  const percent = apr * 100;
  const printed = Math.abs(percent - expected) <= within || Math.abs(roundPercent(apr, decimals) - roundPercent(expected / 100, decimals)) < 10 ** -decimals / 2;
  // Some printed figures are off in their last places; the file then gives the exact one, and 3e-4 points are allowed against print.
  const explained = exact !== null && Math.abs(percent - exact) <= exactWithin * Math.max(1, Math.abs(exact)) && Math.abs(percent - expected) <= 4e-4;
  return printed || explained ? null : `APR: expected ${expected}, got ${percent}`;
}

/** aprc_eu_uk.json */
export function effective(v: Json): string | null {
  if (v["group"] === "time-fraction") return timeFraction(v);
  const yearDays = optional(v["yearDays"], "yearDays", number);
  const apr = aprEffective(timedAmounts(v["advances"], yearDays), timedAmounts(v["payments"], yearDays));
  const one = optional(v["expectedOneDecimal"], "expectedOneDecimal", number);
  return first(compareApr(v, apr, 1e-6), one === null || apr === null ? null : near("one decimal", roundPercent(apr, 1), one, 1e-9));
}

function timedAmounts(value: unknown, yearDays: number | null): TimedAmount[] {
  return list(value, "flows").flatMap((f) => {
    const flow = object(f, "flow");
    const [t, amount] = [number(flow["t"], "t"), number(flow["amount"], "amount")];
    const days = optional(flow["days"], "days", number);
    const start = days !== null && yearDays !== null ? days / yearDays : t;
    const count = optional(flow["count"], "count", number) ?? 1;
    const every = optional(flow["every"], "every", number) ?? 0;
    return Array.from({ length: count }, (_x, k) => ({ years: start + k * every, amount }));
  });
}

function timeFraction(v: Json): string | null {
  const regime = text(v["regime"], "regime");
  const [from, to] = [date(v["start"], "start"), date(v["end"], "end")];
  const unit = (["month", "week", "year", "day"] as const).find((u) => regime.split(",").slice(1).join(",").trim().startsWith(u)) satisfies PeriodUnit | undefined;
  if (unit === undefined) throw new TypeError(`regime is not understood: ${regime}`);
  const years = regime.startsWith("UK") ? yearsUk(from, to, unit) : regime.startsWith("EU") ? yearsEu(from, to, unit) : null;
  return near("years", years, v["expectedYears"], 1e-9);
}
