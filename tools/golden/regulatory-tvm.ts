import { irr, cumipmt, cumprinc, effect, fv, ipmt, nominal, nper, npv, pmt, ppmt, pv, rate } from "#engine/tvm.ts";
import type { PaymentTiming } from "#engine/tvm.ts";
import { isDayCountConvention } from "#engine/daycount.ts";
import { xirr, xnpv } from "#engine/xirr.ts";
import type { DatedFlow } from "#engine/xirr.ts";
import { date, list, near, number, numbers, object, optional, text, tolerance } from "./regulatory-read.ts";
import type { Json } from "./regulatory-read.ts";

/** tvm_xirr.json */
export function timeValue(v: Json): string | null {
  switch (text(v["group"], "group")) {
    case "tvm": return near(text(v["function"], "function"), call(text(v["function"], "function"), numbers(v["args"], "args")), v["expected"], tolerance(v, null, 1e-6));
    case "npv": {
      const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
      return near("xnpv", xnpv(number(inputs["rate"], "rate"), flows(inputs["flows"])), expected["xnpv"], tolerance(v, null, 1e-6));
    }
    case "xirr": case "xirr-daycount": case "xirr-no-solution": return rateOf(v);
    default: throw new TypeError("group is not understood");
  }
}

function rateOf(v: Json): string | null {
  const [inputs, expected] = [object(v["inputs"], "inputs"), object(v["expected"], "expected")];
  const dayCount = optional(inputs["dayCount"], "dayCount", text) ?? "ACT/365F";
  if (!isDayCountConvention(dayCount)) throw new TypeError(`unknown day count ${dayCount}`);
  const found = xirr(flows(inputs["flows"]), dayCount);
  if (expected["xirr"] === null) return found === null ? null : `xirr: expected none, got ${found}`;
  const within = tolerance(v, null, 1e-6);
  const roots = [number(expected["xirr"], "xirr"), ...numbers(expected["acceptableRoots"] ?? [], "acceptableRoots")];
  const agrees = found !== null && roots.some((r) => Math.abs(found - r) <= within * Math.max(1, Math.abs(r)));
  return agrees ? null : `xirr: expected ${roots.join(" or ")}, got ${found}`;
}

function flows(value: unknown): DatedFlow[] {
  return list(value, "flows").map((f) => {
    const [day, amount] = list(f, "flow");
    return { date: date(day, "date"), amount: number(amount, "amount") };
  });
}

function call(name: string, args: readonly number[]): number | null {
  const [a = NaN, b = NaN, c = NaN, d, e, f] = args;
  const timing = (value: number | undefined): PaymentTiming => (value === 1 ? 1 : 0);
  switch (name) {
    case "PMT": return pmt(a, b, c, d, timing(e));
    case "FV": return fv(a, b, c, d, timing(e));
    case "PV": return pv(a, b, c, d, timing(e));
    case "NPER": return nper(a, b, c, d, timing(e));
    case "RATE": return rate(a, b, c, d, timing(e));
    case "IPMT": return ipmt(a, b, c, d ?? NaN, e, timing(f));
    case "PPMT": return ppmt(a, b, c, d ?? NaN, e, timing(f));
    case "CUMIPMT": return cumipmt(a, b, c, d ?? NaN, e ?? NaN, timing(f));
    case "CUMPRINC": return cumprinc(a, b, c, d ?? NaN, e ?? NaN, timing(f));
    case "NPV": return npv(a, args.slice(1));
    case "IRR": return irr(args);
    case "EFFECT": return effect(a, b);
    case "NOMINAL": return nominal(a, b);
    default: throw new TypeError(`function ${name} is not understood`);
  }
}
