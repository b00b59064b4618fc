/** Where an application can be, and what may happen to it there. Pure. */
export const STATES = ["draft", "submitted", "verifying", "referred", "approved", "declined", "offered", "accepted", "signed", "funding", "disbursed", "withdrawn", "expired"] as const;
export type ApplicationState = (typeof STATES)[number];

/** Each act: from which states, and where it leads. */
export const ACTS = {
  submit: { from: ["draft"], to: "submitted" },
  verify: { from: ["submitted"], to: "verifying" },
  /** Terms or answers were changed by a person who had it referred. */
  verify_again: { from: ["referred"], to: "verifying" },
  refer: { from: ["verifying"], to: "referred" },
  approve: { from: ["verifying", "referred"], to: "approved" },
  /** Against what the policy declined: by authority, with reason and last day. */
  override: { from: ["referred", "declined"], to: "approved" },
  decline: { from: ["verifying", "referred"], to: "declined" },
  offer: { from: ["approved"], to: "offered" },
  accept: { from: ["offered"], to: "accepted" },
  sign: { from: ["accepted"], to: "signed" },
  propose_funding: { from: ["signed"], to: "funding" },
  return_funding: { from: ["funding"], to: "signed" },
  release: { from: ["funding"], to: "disbursed" },
  /** The bank did not take the payout: back to the funding queue; the loan stays booked. */
  payout_rejected: { from: ["disbursed"], to: "signed" },
  withdraw: { from: ["draft", "submitted", "verifying", "referred", "approved", "offered", "accepted", "signed"], to: "withdrawn" },
  expire: { from: ["draft", "approved", "offered", "accepted"], to: "expired" },
} as const satisfies Readonly<Record<string, { readonly from: readonly ApplicationState[]; readonly to: ApplicationState }>>;
export type Act = keyof typeof ACTS;

/** The state after an act, or undefined where the act is forbidden. */
export function next(state: ApplicationState, act: Act): ApplicationState | undefined {
  const rule = ACTS[act];
  return (rule.from as readonly ApplicationState[]).includes(state) ? rule.to : undefined;
}

/** Nothing follows any more. */
export const ENDED: readonly ApplicationState[] = ["declined", "disbursed", "withdrawn", "expired"];

/** Who is to move, for lists and the borrower's tracker: the applicant, the platform, or a role of the lender. */
export function waitingOn(state: ApplicationState, flow: readonly { readonly stage: string; readonly role: string | null }[]): string {
  if (ENDED.includes(state)) return "nobody";
  if (state === "draft" || state === "offered" || state === "accepted") return "applicant";
  if (state === "submitted" || state === "approved" || state === "verifying") return "system";
  return flow.find((stage) => stage.stage === state)?.role ?? "system";
}
