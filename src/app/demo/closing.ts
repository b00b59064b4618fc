import { decide } from "#kernel/approvals.ts";
import { acceptOffer, changeRequirement, prepareAgreement, proposeFunding, sendSigningCode, signAgreement, type Outside } from "#modules/origination/index.ts";
import type { Applicant } from "./intake.ts";
import type { People } from "./people.ts";
import { pooled } from "./pool.ts";

interface OfferRow { id: string; term_months: number }

/** Offered applicants accept, sign with the code from their phone, hand in their papers, and are funded by two officers. */
export async function closeAndFund(applicants: readonly Applicant[], people: People, outside: Outside, inbox: (phone: string) => Promise<string>): Promise<{ milliseconds: { signing: number; funding: number } }> {
  const offered = applicants.filter((a) => a.state === "offered");
  let [signing, funding] = [0, 0];
  await pooled(offered, 6, async (applicant) => {
    const began = performance.now();
    const { applicationId } = applicant;
    const owner = await people.system().read((tx) => tx.one<{ party_id: string; wanted: number }>("demo.owner", "SELECT party_id, term_months AS wanted FROM origination.report_application WHERE application_id = $1", [applicationId]));
    const borrower = () => people.borrower(owner.party_id);
    const offers = await borrower().read((tx) => tx.rows<OfferRow>("demo.offers", "SELECT offer_id AS id, term_months FROM origination.report_offer WHERE application_id = $1 AND state = 'open' ORDER BY term_months", [applicationId]));
    const chosen = offers.find((o) => o.term_months === owner.wanted) ?? offers[0];
    if (chosen === undefined) throw new Error(`application ${applicationId} has no offer`);
    await acceptOffer(borrower(), applicationId, chosen.id);
    await prepareAgreement(people.system(), applicationId);
    const { documentSha256 } = await sendSigningCode(borrower(), outside, applicationId);
    await signAgreement(borrower(), outside, { applicationId, code: await inbox(applicant.phone), documentSha256 });
    for (const [code, documentType] of [["identity", "pan_card"], ["income", "salary_slip"]] as const) {
      await changeRequirement(borrower(), { applicationId, code, act: "hand_in", documentType });
      await changeRequirement(people.staff("operations_officer"), { applicationId, code, act: "accept" });
    }
    signing += performance.now() - began;
    const signed = performance.now();
    const proposed = await proposeFunding(people.staff("operations_officer"), applicationId);
    const { result } = await decide(people.staff("funding_officer"), proposed.approvalRequestId, "approve", undefined) as { result: { loanAccountId: string; loanNumber: string } };
    applicant.loanAccountId = result.loanAccountId;
    applicant.loanNumber = result.loanNumber;
    applicant.state = "disbursed";
    funding += performance.now() - signed;
  });
  return { milliseconds: { signing, funding } };
}
