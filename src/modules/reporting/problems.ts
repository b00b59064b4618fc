import { defineProblems } from "#kernel/problems.ts";

export const problem = defineProblems({
  "report.not_found": { status: 404, title: "No such report", fix: "Take the identifier from the calendar of reports." },
  "report_definition.not_found": { status: 404, title: "No report of this code is in force", fix: "Take a code listed under /v1/report-definitions." },
  "report_definition.invalid": { status: 422, title: "This definition cannot be used", fix: "Correct what is listed under errors." },
  "report.not_a_period": { status: 422, title: "No period of this report ends on this day", fix: "Give the last day of a month, quarter or year, as the definition says." },
  "report.future_period": { status: 409, title: "This period is not over yet", fix: "Wait until its last day is closed: a report of a future date is refused." },
  "report.already_filed": { status: 409, title: "This report was filed already", fix: "Make a correction, where the kind of report knows corrections." },
  "report.not_filed": { status: 409, title: "Nothing was filed for this period yet", fix: "File the report first; a correction says what is different from it." },
  "report.not_correctable": { status: 409, title: "This kind of report knows no corrections", fix: "Tell its receiver in the way they ask for." },
  "report.wrong_state": { status: 409, title: "The file is not at this step", fix: "A file is generated, checked and then filed; a newer file replaces an older one." },
  "report.same_person": { status: 403, title: "Another person must do this", fix: "Who generated a file neither checks nor files it." },
  "report.faulty": { status: 409, title: "Reading the file back found faults", fix: "Correct the settings or the loans named, and generate it again." },
  "report.future_date": { status: 422, title: "The day of filing cannot lie in the future", fix: "Give the business date or an earlier day, not before the end of the period." },
  "report.altered": { status: 409, title: "The stored file is not the one that was generated", fix: "Do not send it; generate it again and look into the audit trail." },
  "dispute.not_found": { status: 404, title: "No such dispute", fix: "Check the identifier." },
  "dispute.already_open": { status: 409, title: "This loan has an open dispute already", fix: "Add what is new to the open one, or resolve it first." },
  "dispute.already_resolved": { status: 409, title: "This dispute was resolved already", fix: "Raise a new one if the consumer disputes again." },
  "dispute.loan_not_found": { status: 404, title: "No such loan to dispute", fix: "Check the loan account's identifier." },
  "dispute.future_date": { status: 422, title: "A dispute cannot have come in the future", fix: "Give the day it came: the business date or earlier." },
});
