import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTS, ENDED, next, STATES, waitingOn, type Act, type ApplicationState } from "./state-machine.ts";

/** Every allowed pair, written out by hand; everything else is forbidden. */
const ALLOWED: Readonly<Record<Act, Partial<Record<ApplicationState, ApplicationState>>>> = {
  submit: { draft: "submitted" },
  verify: { submitted: "verifying" },
  verify_again: { referred: "verifying" },
  refer: { verifying: "referred" },
  approve: { verifying: "approved", referred: "approved" },
  override: { referred: "approved", declined: "approved" },
  decline: { verifying: "declined", referred: "declined" },
  offer: { approved: "offered" },
  accept: { offered: "accepted" },
  sign: { accepted: "signed" },
  propose_funding: { signed: "funding" },
  return_funding: { funding: "signed" },
  release: { funding: "disbursed" },
  payout_rejected: { disbursed: "signed" },
  withdraw: { draft: "withdrawn", submitted: "withdrawn", verifying: "withdrawn", referred: "withdrawn", approved: "withdrawn", offered: "withdrawn", accepted: "withdrawn", signed: "withdrawn" },
  expire: { draft: "expired", approved: "expired", offered: "expired", accepted: "expired" },
};

test("each act leads where it may and is refused from every other state", () => {
  let forbidden = 0;
  for (const act of Object.keys(ACTS) as Act[]) for (const state of STATES) {
    const expected = ALLOWED[act][state];
    assert.equal(next(state, act), expected, `${act} from ${state}`);
    if (expected === undefined) forbidden++;
  }
  assert.equal(forbidden, Object.keys(ACTS).length * STATES.length - 29, "29 pairs are allowed");
});

test("money can only leave an application that was approved, accepted and signed", () => {
  const reach = (start: ApplicationState, without: ApplicationState): Set<ApplicationState> => {
    const seen = new Set<ApplicationState>([start]);
    for (const state of seen) for (const act of Object.keys(ACTS) as Act[]) {
      const to = next(state, act);
      if (to !== undefined && to !== without) seen.add(to);
    }
    return seen;
  };
  for (const gate of ["approved", "accepted", "signed", "funding"] as const) assert.equal(reach("draft", gate).has("disbursed"), false, `${gate} can be gone around`);
});

test("an application that has ended waits on nobody", () => {
  for (const state of ENDED) assert.equal(waitingOn(state, []), "nobody");
  assert.equal(waitingOn("referred", [{ stage: "referred", role: "underwriter" }]), "underwriter");
});
