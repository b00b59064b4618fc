import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "provision_policy.not_found": { status: 404, title: "No such provision policy", fix: "Take the code of a policy in force, as listed under /v1/provision-policies." },
  "provision_policy.invalid": { status: 422, title: "This provision policy cannot be used", fix: "Correct what is listed under errors." },
  "provision_run.not_found": { status: 404, title: "No such provision run", fix: "Check the identifier." },
  "provision_run.not_draft": { status: 409, title: "This run was posted or discarded already", fix: "Make a new run." },
  "provision_run.overtaken": { status: 409, title: "A later run was posted meanwhile", fix: "Make a new run, so that it is compared with what is in the books now." },
  "provision_run.other_day": { status: 409, title: "Provisions are reckoned on the day the books are on", fix: "Leave the date out, or give the business date: positions of another day are not what the books hold." },
});
