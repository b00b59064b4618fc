import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seededRandom } from "#kernel/ids.ts";
import { bureauAt } from "#integrations/bureau/sandbox-bureau.ts";
import { timestampsAt } from "#integrations/esign/sandbox-timestamps.ts";
import { kycAt } from "#integrations/kyc/sandbox-kyc.ts";
import { messagesAt } from "#integrations/notify/sandbox-messages.ts";
import { decide } from "#kernel/approvals.ts";
import { changeDraft, cloneVersion, currentVersion, proposePublication } from "#modules/products/index.ts";
import { startSandbox } from "../../../sandbox/start.ts";
import { advanceApplication, demoApplication, fitOnRows, generateApplicants, importApplications, startApplication, submitApplication } from "./index.ts";
import { desk, type Desk } from "./testing/desk.ts";

let d: Desk;
before(async () => {
  d = await desk({ startSandbox, bureauAt, kycAt, messagesAt, timestampsAt });
});
after(() => d.close());

test("a card fitted from past applicants is published as a new version and decides on new ones, all by themselves", async () => {
  const { card } = fitOnRows("past-applicants-1", generateApplicants(600, 1), seededRandom(1));
  const maker = d.world.as(["product_manager"], { person: "usr_pm" });
  const current = await maker.read((tx) => currentVersion(tx, "personal-loan"));
  const { productVersionId } = await cloneVersion(maker, current.id, "card fitted from past applicants");
  await changeDraft(d.world.as(["product_manager"], { person: "usr_pm" }), productVersionId, { definition: { ...current.definition, scorecard: card } }, () => undefined);
  const request = await proposePublication(d.world.as(["product_manager"], { person: "usr_pm" }), productVersionId, "2026-01-15");
  await decide(d.world.as(["credit_manager"]), request.id, "approve", undefined);

  const states: Record<string, number> = {};
  for (const [i, row] of generateApplicants(40, 20260115).entries()) {
    const started = await startApplication(d.world.system(), demoApplication(row, i, { seed: 3, businessDate: "2026-01-15" }));
    await submitApplication(d.world.system(), started.applicationId);
    const state = await advanceApplication(d.world.system(), d.outside, started.applicationId);
    states[state] = (states[state] ?? 0) + 1;
  }
  assert.deepEqual(Object.keys(states).sort(), ["declined", "offered", "referred"], JSON.stringify(states));
  const used = await d.world.system().read((tx) => tx.rows<{ v: string }>("test.versions", "SELECT DISTINCT scorecard_version AS v FROM origination.decision"));
  assert.deepEqual(used.map((u) => u.v), ["past-applicants-1"]);
});

test("of a table the good lines go in, the bad ones come back with every fault, and a second time nothing happens", async () => {
  const columns = ["productCode", "amount", "termMonths", "consents", "givenName", "familyName", "birthDate", "pan", "phone", "email", "address.line1", "address.city", "address.region", "address.postalCode", "address.country", "job", "employedSince", "monthlyIncome",
    "monthlyObligations", "housing", "checkingBalance", "savings", "property", "creditHistory", "otherInstallmentPlans", "existingCredits", "purpose", "payoutAccount"];
  const line = (change: Record<string, string>) => {
    const values: Record<string, string> = {
      productCode: "personal-loan", amount: "50000.00", termMonths: "12", consents: "credit_bureau identity_check data_use", givenName: "Meera", familyName: "Nair", birthDate: "1988-03-04", pan: "BBCPN7777K", phone: "+919845000001", email: "meera@example.in",
      "address.line1": "1 MG Road", "address.city": "Kochi", "address.region": "KL", "address.postalCode": "682001", "address.country": "IN", job: "skilled", employedSince: "ge7", monthlyIncome: "55000.00", monthlyObligations: "0", housing: "own", checkingBalance: "high",
      savings: "medium", property: "car_other", creditHistory: "paid_till_now", otherInstallmentPlans: "none", existingCredits: "1", purpose: "repairs", payoutAccount: "HDFC0001234/50109999001111", ...change,
    };
    return columns.map((c) => values[c]).join(",");
  };
  const csv = [columns.join(","), line({}), line({ amount: "12.345", pan: "BBCPN7778K", phone: "+919845000002" }), line({ job: "astronaut", monthlyIncome: "much", consents: "", pan: "BBCPN7779K", phone: "+919845000003" })].join("\n");
  const officer = () => d.world.as(["loan_officer"], { branchId: "br_1" });
  const [good, badAmount, badFields] = await importApplications(officer(), csv);
  assert.equal(good?.state, "accepted");
  assert.deepEqual(badAmount?.errors.map((e) => e.pointer), ["/amount"]);
  assert.equal(badFields?.line, 4);
  assert.deepEqual(badFields.errors.map((e) => e.pointer).sort(), ["/answers/job", "/answers/monthlyIncome", "/consents/credit_bureau", "/consents/data_use", "/consents/identity_check"]);
  const again = await importApplications(officer(), csv);
  assert.deepEqual(again.map((l) => l.state), ["duplicate", "refused", "refused"], "refused lines may come again, corrected");
});
