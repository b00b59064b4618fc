import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "collections.case_not_found": { status: 404, title: "No such collections case", fix: "Check the identifier; open the case from the list." },
  "collections.case_closed": { status: 409, title: "The case is not open", fix: "Look at the loan: it may be paid up. A new case opens by itself when it falls behind again." },
  "collections.case_claimed": { status: 409, title: "Somebody else is working on this case", fix: "Take the next case; this one is free again when its claim ends." },
  "collections.contact_not_allowed": { status: 409, title: "A contact rule forbids contacting the borrower now", fix: "Wait until the rule allows it, or send an override with the reason, which is audited." },
  "collections.promise_invalid": { status: 422, title: "The promise cannot be accepted", fix: "Correct the fields listed under errors." },
});
