import { lifetimeExpectedLoss } from "#engine/effective-interest.ts";
import { daysBetween, divideRounded, isoDate, parseRate, type IsoDate } from "#engine/index.ts";
import { forProduct, type Band, type IracPolicy, type PoolPolicy, type ProvisionPolicy, type StagePolicy } from "./policy.ts";

/** What a provision looks at of a loan. Minor units, parts per billion a year. */
export interface Exposure {
  readonly loanAccountId: string;
  readonly productCode: string;
  readonly exposure: number;
  readonly oldestDueDate: string | null;
  /** The oldest due date that another loan of the same borrower owes, where that is older. */
  readonly borrowerOldestDueDate: string | null;
  readonly class: string | null;
  readonly startDate: string;
  readonly maturityDate: string;
  readonly ratePpb: number;
}

/** The loss expected of one loan. Shares in parts per billion; `reason` says in words where they come from. */
export interface Loss { readonly stage: string; readonly dpd: number; readonly ratePpb: number; readonly pdPpb: number | null; readonly lgdPpb: number | null; readonly loss: number; readonly reason: string }

const PPB = 1_000_000_000;
const ppb = (share: string): number => Number(parseRate(share).ppb);
const inBand = <B extends Band>(bands: readonly B[], n: number): B => bands.find((b) => n >= b.from && (b.to === null || n <= b.to)) as B;

/** Days past due on a day: since the oldest unpaid due date before it. */
export function daysLate(exposure: Pick<Exposure, "oldestDueDate">, on: IsoDate): number {
  return exposure.oldestDueDate === null ? 0 : Math.max(0, daysBetween(isoDate(exposure.oldestDueDate), on));
}

/** The loss of each loan under a policy, in the order given; the policy has no faults. */
export function lossesOf(policy: ProvisionPolicy, exposures: readonly Exposure[], on: IsoDate): Loss[] {
  switch (policy.method) {
    case "irac": return byClass(policy, exposures, on);
    case "ifrs9": return exposures.map((e) => byStage(policy, e, on));
    case "cecl": return exposures.map((e) => byPool(policy, e, on));
  }
}

/**
 * Class by days past due, the rate of the class on the exposure, rounded once.
 * @source  RBI, Master Circular "Prudential norms on Income Recognition, Asset Classification and Provisioning": all facilities of a borrower
 *          are classified by the worst
 */
function byClass(policy: IracPolicy, exposures: readonly Exposure[], on: IsoDate): Loss[] {
  return exposures.map((e) => {
    const own = daysLate(e, on);
    const counted = policy.contagion ? Math.max(own, daysLate({ oldestDueDate: e.borrowerOldestDueDate }, on)) : own;
    const band = inBand(policy.bands, counted);
    const rate = ppb(band.rate);
    return { stage: band.class, dpd: own, ratePpb: rate, pdPpb: null, lgdPpb: null, loss: part(e.exposure, rate), reason: counted > own ? `${band.class}: another loan of this borrower is ${counted} days past due` : `${band.class}: ${own} days past due` };
  });
}

function part(amount: number, ratePpb: number): number {
  return Number(divideRounded(BigInt(amount) * BigInt(ratePpb), BigInt(PPB), "half-even"));
}

/**
 * Twelve months' loss in stage 1, that of the remaining life in stage 2, default in stage 3: PD × LGD × exposure, the exposure falling evenly
 * to maturity, discounted at the loan's own rate, a default taken in the middle of its year.
 * @source  IFRS 9, paragraphs 5.5.3, 5.5.5, 5.5.11 (30 days), B5.5.37 (90 days)
 */
function byStage(policy: StagePolicy, e: Exposure, on: IsoDate): Loss {
  const dpd = daysLate(e, on);
  const increased = e.class !== null && policy.stage2Classes.includes(e.class);
  const stage = dpd >= policy.stage3From ? "3" : dpd >= policy.stage2From || increased ? "2" : "1";
  const lgd = ppb(forProduct(policy.lgd, e.productCode)?.lgd ?? "1") / PPB;
  const pd = stage === "3" ? 1 : ppb(inBand(forProduct(policy.pd, e.productCode)?.bands ?? [], dpd).pd) / PPB;
  const years = Math.max(1, Math.ceil(daysBetween(on, isoDate(e.maturityDate > on ? e.maturityDate : on)) / 365));
  const shares = Array.from({ length: years }, (_v, k) => Math.max(0, 1 - k / years));
  const { lifetime, twelveMonth } = lifetimeExpectedLoss({ pd: shares.map(() => pd), pdKind: "conditional", lgd, ead: shares.map((s) => s * e.exposure), eir: e.ratePpb / PPB, timing: 0.5 });
  const overlay = policy.overlays.filter((o) => o.stage === stage && (o.product === "*" || o.product === e.productCode));
  const factor = overlay.reduce((product, o) => product * (ppb(o.factor) / PPB), 1);
  const model = stage === "1" ? twelveMonth : stage === "2" ? lifetime : e.exposure * lgd;
  const loss = Math.min(e.exposure, Math.round(model * factor));
  const why = stage === "3" ? `defaulted: ${dpd} days past due` : stage === "2" ? (dpd >= policy.stage2From ? `risk has risen: ${dpd} days past due` : `risk has risen: class ${e.class}`) : `${dpd} days past due`;
  return {
    stage, dpd, ratePpb: e.exposure === 0 ? 0 : Math.round((loss / e.exposure) * PPB), pdPpb: Math.round(pd * PPB), lgdPpb: Math.round(lgd * PPB), loss,
    reason: overlay.length === 0 ? why : `${why}; overlay ${overlay.map((o) => `× ${o.factor} (${o.reason})`).join(", ")}`,
  };
}

/**
 * Lifetime loss rate of the loan's pool and age, plus what management adds.
 * @source  ASC 326-20-30-2 (pools), 326-20-30-9 (adjustments to history)
 */
function byPool(policy: PoolPolicy, e: Exposure, on: IsoDate): Loss {
  const months = Math.max(0, Math.floor(daysBetween(isoDate(e.startDate), on) / 30.4375));
  const pool = forProduct(policy.pools, e.productCode);
  const rate = Math.min(PPB, ppb(inBand(pool?.bands ?? [], months).rate) + (policy.adjustment === null ? 0 : ppb(policy.adjustment.plus)));
  return {
    stage: `${pool?.product === "*" ? "other" : (pool?.product ?? "")} ${e.startDate.slice(0, 4)}`, dpd: daysLate(e, on), ratePpb: rate, pdPpb: null, lgdPpb: null, loss: part(e.exposure, rate),
    reason: `pool of ${months} months on the books${policy.adjustment === null ? "" : `, plus ${policy.adjustment.plus} (${policy.adjustment.reason})`}`,
  };
}
