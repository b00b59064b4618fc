import { amortizeFee, effectiveRate, expectedCreditLoss, lifetimeExpectedLoss, matrixLoss, matrixLossRates, yieldTable } from "#engine/effective-interest.ts";
import { attributePoints, debtToIncome, fixedObligationsToIncome, loanToValue, oddsOfScore, probabilityOfDefault, scoreOfOdds, scoreScale, weightOfEvidence } from "#engine/scorecard-math.ts";
import { pmt } from "#engine/tvm.ts";
import { adverseActionDeadline, isAprAccurate, isFinanceChargeAccurate, isRegBEvent } from "#engine/us-disclosure.ts";
import { date, first, flag, list, minor, near, nearAll, number, numbers, object, optional, percentPpb, same, text, tolerance, understood } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** us_disclosure_rules.json */
export function disclosure(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  switch (text(v["group"], "group")) {
    case "apr-tolerance": return same("accurate",
      isAprAccurate(percentPpb(inputs["disclosedAprPercent"], "disclosed"), percentPpb(inputs["actualAprPercent"], "actual"), flag(inputs["irregular"], "irregular")), expected["accurate"]);
    case "finance-charge-tolerance": {
      const financed = inputs["amountFinanced"] === undefined ? {} : { amountFinanced: minor(inputs["amountFinanced"], "amountFinanced") };
      return same("accurate", isFinanceChargeAccurate({
        disclosed: minor(inputs["disclosedFinanceCharge"], "disclosed"), actual: minor(inputs["actualFinanceCharge"], "actual"), securedByDwelling: flag(inputs["securedByDwelling"], "securedByDwelling"), ...financed,
      }), expected["accurate"]);
    }
    case "deadline": {
      const event = text(inputs["event"], "event");
      if (!isRegBEvent(event)) throw new TypeError(`event is not understood: ${event}`);
      return same("noticeBy", adverseActionDeadline(event, date(inputs["date"], "date")), expected["noticeBy"]);
    }
    default: throw new TypeError("group is not understood");
  }
}

/** scorecard_ratios.json */
export function scorecard(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  const within = tolerance(v, null, 1e-6);
  switch (text(v["group"], "group")) {
    case "ratio": return near("ratioPercent", ratio(inputs), expected["ratioPercent"], within);
    case "woe": return woe(inputs, expected, within);
    case "scaling": return scaling(inputs, expected, within);
    case "points": {
      const model = {
        scale: { factor: number(inputs["factor"], "factor"), offset: number(inputs["offset"], "offset") }, intercept: number(inputs["intercept"], "intercept"),
        coefficient: number(inputs["coefficient"], "coefficient"), variables: number(inputs["variables"], "variables"),
      };
      return nearAll("points", numbers(inputs["woe"], "woe").map((w) => attributePoints(model, w)), expected["points"], within);
    }
    default: throw new TypeError("group is not understood");
  }
}

function ratio(inputs: Json): number {
  const read = (name: string) => number(inputs[name], name);
  switch (text(inputs["kind"], "kind")) {
    case "DTI": return debtToIncome(numbers(inputs["monthlyDebt"], "monthlyDebt"), read("grossMonthlyIncome"));
    case "FOIR": return fixedObligationsToIncome(read("existingObligations"), read("proposedEmi"), read("netMonthlyIncome"));
    case "LTV": return loanToValue(number(inputs["loan"] ?? inputs["firstLien"], "loan"), read("value"));
    case "CLTV": return loanToValue(read("firstLien"), read("value"), read("otherLiens"));
    default: throw new TypeError("kind is not understood");
  }
}

function woe(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["woe", "iv"]);
  const made = weightOfEvidence(list(inputs["bins"], "bins").map((b) => {
    const bin = object(b, "bin");
    return { good: number(bin["good"], "good"), bad: number(bin["bad"], "bad") };
  }));
  const convention = optional(inputs["convention"], "convention", text) ?? "ln(%bad / %good)";
  const sign = /%?bad\s*\/\s*%?good/.test(convention) ? 1 : /%?good\s*\/\s*%?bad/.test(convention) ? -1 : null;
  if (sign === null) throw new TypeError(`convention is not understood: ${convention}`);
  return first(
    expected["woe"] === undefined ? null : nearAll("woe", made.woe.map((w) => w * sign), expected["woe"], within),
    expected["iv"] === undefined ? null : near("iv", made.iv, expected["iv"], within),
  );
}

function scaling(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["factor", "offset", "a", "b", "odds", "pd", "score"]);
  const figures: Record<string, number> = {};
  const odds = optional(inputs["odds"] ?? inputs["odds0"], "odds", number);
  const pdo = optional(inputs["pdo"], "pdo", number);
  const score = optional(inputs["score"] ?? inputs["points0"], "score", number);
  if (odds !== null && pdo !== null && score !== null) {
    const isBadToGood = inputs["oddsKind"] === "bad:good";
    // A card kept in odds bad:good has the same factor b, and its offset a is the score at even odds less the points gone to bad odds.
    const scale = scoreScale(score, odds, pdo);
    Object.assign(figures, { factor: scale.factor, b: scale.factor, offset: scale.offset, a: isBadToGood ? score + scale.factor * Math.log(odds) : scale.offset });
    const query = optional(inputs["queryScore"], "queryScore", number);
    if (query !== null) figures["odds"] = oddsOfScore(scale, query);
    const queryOdds = optional(inputs["queryOdds"], "queryOdds", number);
    if (queryOdds !== null) figures["score"] = scoreOfOdds(scale, queryOdds);
  }
  if (odds !== null) figures["pd"] = probabilityOfDefault(figures["odds"] ?? odds);
  return first(...Object.entries(expected).map(([key, value]) => near(key, figures[key] ?? null, value, within)));
}

/** accounting_ecl.json */
export function accounting(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  switch (text(v["group"], "group")) {
    case "ecl": return loss(inputs, expected, tolerance(v, null, 0.005));
    case "ecl-lifetime": return lifetime(inputs, expected, tolerance(v, null, 1e-4));
    case "ecl-matrix": return matrix(inputs, expected, tolerance(v, null, 0.5));
    case "eir": return inputs["initialCarrying"] === undefined ? deferredFee(v, inputs, expected) : purchased(v, inputs, expected);
    default: throw new TypeError("group is not understood");
  }
}

function loss(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["ecl", "ratePercent"]);
  const inDefault = optional(inputs["expectedDefaultExposure"], "expectedDefaultExposure", number);
  const exposure = inDefault ?? number(inputs["ead"] ?? inputs["grossCarrying"], "exposure");
  const pd = inDefault === null ? number(inputs["pd"] ?? inputs["pd12m"] ?? inputs["pdLifetime"], "pd") : 1;
  const ecl = expectedCreditLoss(exposure, pd, number(inputs["lgd"], "lgd"));
  const portfolio = optional(inputs["portfolio"], "portfolio", number);
  return first(
    near("ecl", ecl, expected["ecl"], within),
    expected["ratePercent"] === undefined ? null : near("ratePercent", portfolio === null ? null : (ecl / portfolio) * 100, expected["ratePercent"], 0.005),
  );
}

function lifetime(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["lifetimeEcl", "twelveMonthEcl"]);
  const kind = text(inputs["pdKind"], "pdKind");
  const pdKind = kind.startsWith("conditional") ? "conditional" : kind.startsWith("marginal") ? "marginal" : null;
  const timing = { "year end": 1, "mid year": 0.5, "year start": 0 }[optional(inputs["defaultTiming"], "defaultTiming", text) ?? "year end"];
  if (pdKind === null || timing === undefined) throw new TypeError("pdKind or defaultTiming is not understood");
  const lgd = Array.isArray(inputs["lgd"]) ? numbers(inputs["lgd"], "lgd") : number(inputs["lgd"], "lgd");
  const made = lifetimeExpectedLoss({ pd: numbers(inputs["pd"], "pd"), pdKind, lgd, ead: numbers(inputs["ead"], "ead"), eir: number(inputs["eir"], "eir"), timing });
  return first(
    expected["lifetimeEcl"] === undefined ? null : near("lifetimeEcl", made.lifetime, expected["lifetimeEcl"], within),
    expected["twelveMonthEcl"] === undefined ? null : near("twelveMonthEcl", made.twelveMonth, expected["twelveMonthEcl"], within),
  );
}

function matrix(inputs: Json, expected: Json, within: number): string | null {
  understood(expected, ["lossRatesPercent", "perBucket", "total"]);
  const buckets = list(inputs["buckets"], "buckets").map((b) => object(b, "bucket"));
  const flow = inputs["flow"] === undefined ? null : object(inputs["flow"], "flow");
  const rates = flow === null ? buckets.map((b) => number(b["ratePercent"], "ratePercent") / 100)
    : matrixLossRates(number(flow["sales"], "sales"), numbers(flow["notPaidAfter"], "notPaidAfter"), number(flow["neverPaid"], "neverPaid"));
  const made = matrixLoss(buckets.map((b) => number(b["gross"], "gross")), rates);
  return first(
    expected["lossRatesPercent"] === undefined ? null : nearAll("lossRatesPercent", rates.map((r) => r * 100), expected["lossRatesPercent"], 0.05),
    nearAll("perBucket", made.perBucket, expected["perBucket"], within),
    expected["total"] === undefined ? null : near("total", made.total, expected["total"], within),
  );
}

function deferredFee(v: Json, inputs: Json, expected: Json): string | null {
  understood(expected, ["monthlyEir", "amortizationFirst3", "amortizationTotal", "note", "payment", "netFee", "initialCarrying", "effectiveYieldPercent", "table"]);
  const months = optional(inputs["months"], "months", number);
  const [periods, perYear] = months === null ? [number(inputs["annualPayments"], "annualPayments"), 1] : [months, 12];
  const principal = number(inputs["principal"], "principal");
  const netFee = optional(inputs["netFee"], "netFee", number) ?? number(inputs["feeReceived"], "feeReceived") - number(inputs["originationCost"], "originationCost");
  const note = number(inputs["annualRatePercent"], "annualRatePercent") / 100 / perYear;
  // A published payment may be rounded up to the whole unit.
  const payment = optional(inputs["payment"] ?? expected["payment"], "payment", number) ?? -pmt(note, periods, principal);
  const made = amortizeFee({ principal, netFee, noteRatePerPeriod: note, cash: Array.from({ length: periods }, () => payment) });
  if (made === null) return "no effective rate found";
  const amounts = tolerance(v, "amounts", 0.01);
  const rows = expected["table"] === undefined ? [] : list(expected["table"], "table").map((r) => object(r, "row"));
  return first(
    expected["payment"] === undefined ? null : near("payment", -pmt(note, periods, principal), expected["payment"], amounts),
    expected["netFee"] === undefined ? null : near("netFee", netFee, expected["netFee"], amounts),
    expected["initialCarrying"] === undefined ? null : near("initialCarrying", principal - netFee, expected["initialCarrying"], amounts),
    expected["monthlyEir"] === undefined ? null : near("monthlyEir", made.ratePerPeriod, expected["monthlyEir"], tolerance(v, "monthlyEir", 1e-9)),
    expected["effectiveYieldPercent"] === undefined ? null : near("effectiveYieldPercent", made.ratePerPeriod * 100, expected["effectiveYieldPercent"], tolerance(v, "yieldPercent", 1e-4)),
    expected["amortizationFirst3"] === undefined ? null : nearAll("amortizationFirst3", made.rows.slice(0, 3).map((r) => r.amortization), expected["amortizationFirst3"], amounts),
    expected["amortizationTotal"] === undefined ? null : near("amortizationTotal", made.rows.reduce((sum, r) => sum + r.amortization, 0), expected["amortizationTotal"], amounts),
    expected["table"] !== undefined && rows.length !== made.rows.length ? `expected ${rows.length} rows, got ${made.rows.length}` : null,
    ...rows.flatMap((row, k) => {
      const got = made.rows[k];
      if (got === undefined) return ["a row is missing"];
      const named = { ...got, year: got.period };
      understood(row, Object.keys(named));
      return Object.entries(row).map(([key, value]) => near(`row ${k + 1} ${key}`, named[key as keyof typeof named], value, amounts));
    }),
  );
}

function purchased(v: Json, inputs: Json, expected: Json): string | null {
  understood(expected, ["effectiveRatePercent", "table"]);
  const [years, cash] = [number(inputs["years"], "years"), number(inputs["annualCash"], "annualCash")];
  const maturity = number(inputs["maturity"], "maturity");
  const carrying = number(inputs["initialCarrying"], "initialCarrying");
  const found = effectiveRate(carrying, Array.from({ length: years }, (_v, k) => cash + (k === years - 1 ? maturity : 0)));
  if (found === null) return "no effective rate found";
  // The published table shows the amount due at maturity as the last closing.
  const table = yieldTable(carrying, found, Array.from({ length: years }, () => cash));
  const amounts = tolerance(v, "amounts", 1);
  return first(
    near("effectiveRatePercent", found * 100, expected["effectiveRatePercent"], tolerance(v, "ratePercent", 0.05)),
    ...list(expected["table"] ?? [], "table").flatMap((r, k) => {
      const [row, got] = [object(r, "row"), table[k]];
      if (got === undefined) return ["a row is missing"];
      const named = { ...got, year: got.period };
      understood(row, Object.keys(named));
      return Object.entries(row).map(([key, value]) => near(`row ${k + 1} ${key}`, named[key as keyof typeof named], value, amounts));
    }),
  );
}
