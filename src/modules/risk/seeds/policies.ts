import type { IracPolicy, PoolPolicy, StagePolicy } from "../domain/policy.ts";

export interface SeedPolicy { readonly code: string; readonly name: string; readonly book: string; readonly definition: IracPolicy | StagePolicy | PoolPolicy }

/**
 * Rates of unsecured loans of an Indian non-bank lender; kept in a book of their own beside the accounts.
 * @source  RBI, Master Direction on Scale Based Regulation of NBFCs, 19 October 2023, provisioning: standard 0.40 %, sub-standard 10 %, doubtful
 *          (unsecured part) 100 %
 */
const IRAC: SeedPolicy = {
  code: "rbi-irac", name: "RBI, income recognition and asset classification", book: "regulatory",
  definition: {
    method: "irac", contagion: true,
    bands: [{ class: "standard", from: 0, to: 90, rate: "0.004" }, { class: "sub-standard", from: 91, to: 456, rate: "0.1" }, { class: "doubtful", from: 457, to: null, rate: "1" }],
  },
};

/** Demonstration figures: a lender puts its own in their place. */
const STAGES: SeedPolicy = {
  code: "ind-as-109", name: "Ind AS 109, expected credit loss", book: "statutory",
  definition: {
    method: "ifrs9", stage2From: 31, stage3From: 91, stage2Classes: ["SMA-1", "SMA-2"],
    pd: [{ product: "*", bands: [{ from: 0, to: 0, pd: "0.02" }, { from: 1, to: 30, pd: "0.12" }, { from: 31, to: 60, pd: "0.35" }, { from: 61, to: null, pd: "0.6" }] }],
    lgd: [{ product: "*", lgd: "0.65" }], overlays: [],
  },
};

const POOLS: SeedPolicy = {
  code: "cecl", name: "ASC 326, current expected credit losses", book: "statutory",
  definition: {
    method: "cecl", adjustment: { plus: "0.005", reason: "unemployment forecast" },
    pools: [{ product: "*", bands: [{ from: 0, to: 11, rate: "0.06" }, { from: 12, to: 23, rate: "0.045" }, { from: 24, to: null, rate: "0.03" }] }],
  },
};

/** What a new lender of a country begins with. */
export function policiesOf(country: string): readonly SeedPolicy[] {
  return country === "IN" ? [STAGES, IRAC] : [POOLS];
}
