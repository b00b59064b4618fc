import { keyFacts, keyFactsSchedule } from "#engine/apr-india.ts";
import { housingLoan, indiaClass, indiaMilestones, npaCategory, npaCategoryByMonths, npaProvision, standardProvision } from "#engine/india-classification.ts";
import type { IndiaSector, NpaCategory } from "#engine/india-classification.ts";
import { date, first, flag, list, minor, near, number, object, optional, same, text, tolerance, understood } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** india_rbi.json */
export function india(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  switch (text(v["group"], "group")) {
    case "dpd-class": return same("classification", indiaClass(number(inputs["daysPastDue"], "daysPastDue")), expected["classification"]);
    case "sma-npa-dates": return milestones(inputs, expected);
    case "npa-category": return same("category", category(inputs), expected["category"]);
    case "provision": return provision(inputs, expected, tolerance(v, null, 0.01));
    case "provision-standard": {
      const made = standardProvision(sector(text(inputs["sector"], "sector")), minor(inputs["outstanding"], "outstanding"));
      return first(near("ratePercent", made.ratePercent, expected["ratePercent"], 1e-9), near("provision", Number(made.provision) / 100, expected["provision"], 0.005));
    }
    case "housing-ltv": return housing(inputs, expected, tolerance(v, null, 1e-4));
    case "kfs": return expected["rows"] === undefined ? facts(inputs, expected, v) : factsSchedule(inputs, expected, tolerance(v, "rupees", 1));
    default: throw new TypeError("group is not understood");
  }
}

function milestones(inputs: Json, expected: Json): string | null {
  const made = indiaMilestones(date(inputs["dueDate"], "dueDate"));
  const named: Readonly<Record<string, string>> = { overdue: made.overdue, SMA0: made.sma0, SMA1: made.sma1, SMA2: made.sma2, NPA: made.npa };
  understood(expected, Object.keys(named));
  return first(...Object.entries(expected).map(([key, value]) => same(key, named[key], value)));
}

function category(inputs: Json): NpaCategory {
  const months = optional(inputs["monthsAsNpa"], "monthsAsNpa", number);
  return months === null ? npaCategory(date(inputs["npaDate"], "npaDate"), date(inputs["onDate"], "onDate")) : npaCategoryByMonths(months);
}

const CATEGORIES: readonly NpaCategory[] = ["SUB-STANDARD", "DOUBTFUL-1", "DOUBTFUL-2", "DOUBTFUL-3", "LOSS"];

function provision(inputs: Json, expected: Json, within: number): string | null {
  const found = CATEGORIES.find((c) => c === inputs["category"]);
  if (found === undefined) throw new TypeError("category is not understood");
  const made = npaProvision({
    category: found, outstanding: minor(inputs["outstanding"], "outstanding"), realisableSecurity: minor(inputs["realisableSecurity"], "realisableSecurity"),
    unsecuredAbInitio: flag(inputs["unsecuredAbInitio"], "unsecuredAbInitio"), infrastructureWithEscrow: optional(inputs["infrastructureWithEscrow"], "infrastructureWithEscrow", flag) ?? false,
  });
  return near("provision", Number(made) / 100, expected["provision"], within);
}

/** The names of sectors differ between sources. */
function sector(name: string): IndiaSector {
  if (/teaser/i.test(name)) return "teaser-housing";
  if (/restructured/i.test(name)) return "restructured-standard";
  if (/^CRE-RH$|residential housing/i.test(name)) return "CRE-RH";
  if (/^CRE$|commercial real estate/i.test(name)) return "CRE";
  if (/housing|home/i.test(name)) return "individual-housing";
  if (/agri|SME|MSE/.test(name)) return "agriculture-and-SME";
  if (/^other|medium|corporate|personal|consumer/i.test(name)) return "other";
  throw new TypeError(`sector is not understood: ${name}`);
}

function housing(inputs: Json, expected: Json, within: number): string | null {
  const made = housingLoan(minor(inputs["loan"], "loan"), minor(inputs["propertyValue"], "propertyValue"));
  understood(expected, Object.keys(made));
  return first(...Object.entries(expected).map(([key, value]) => {
    const got = made[key as keyof typeof made];
    return typeof value === "number" && typeof got === "number" ? near(key, got, value, within) : same(key, got, value);
  }));
}

function facts(inputs: Json, expected: Json, v: Json): string | null {
  understood(expected, ["unroundedEpi", "totalInterest", "totalPayable", "sumOfRoundedInstalments", "aprPercent"]);
  const principal = number(inputs["sanctioned"] ?? inputs["principal"], "sanctioned");
  const instalments = number(inputs["instalments"], "instalments");
  const net = number(inputs["netDisbursed"], "netDisbursed");
  const made = keyFacts({ principal, deductedFees: principal - net, annualRate: number(inputs["annualRatePercent"], "annualRatePercent") / 100, instalments });
  const amounts = tolerance(v, "amounts", 0.5);
  const figures: Readonly<Record<string, [number | null, number]>> = {
    unroundedEpi: [made.instalment, 0.005], totalInterest: [made.totalInterest, amounts], totalPayable: [made.totalPayable, amounts],
    sumOfRoundedInstalments: [Math.round(made.instalment) * instalments, amounts], aprPercent: [made.apr === null ? null : made.apr * 100, tolerance(v, "aprPercent", 0.005)],
  };
  return first(...Object.entries(expected).map(([key, value]) => near(key, figures[key]?.[0] ?? null, value, figures[key]?.[1] ?? 0)));
}

function factsSchedule(inputs: Json, expected: Json, within: number): string | null {
  const rows = keyFactsSchedule(number(inputs["principal"], "principal"), number(inputs["annualRatePercent"], "annualRatePercent") / 100, number(inputs["instalments"], "instalments"));
  const wanted = list(expected["rows"], "rows");
  if (wanted.length !== rows.length) return `expected ${wanted.length} rows, got ${rows.length}`;
  return first(...rows.flatMap((row, k) => {
    const want = object(wanted[k], "row");
    understood(want, ["n", "openingPrincipal", "principal", "interest", "instalment"]);
    return (["openingPrincipal", "principal", "interest", "instalment"] as const).map((key) => near(`row ${row.number} ${key}`, Math.round(row[key]), want[key], within));
  }));
}
