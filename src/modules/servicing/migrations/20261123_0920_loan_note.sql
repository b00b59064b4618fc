-- What people who serve a loan want each other to know. Written once; a later note corrects an earlier one.
CREATE TABLE servicing.loan_note (
  tenant_id       text NOT NULL DEFAULT kernel.tenant(),
  id              text NOT NULL,
  loan_account_id text NOT NULL,
  business_date   date NOT NULL,
  written_at      timestamptz NOT NULL,
  written_by      text NOT NULL,
  alert           boolean NOT NULL,               -- shown at the head of the loan until a note without it follows
  body            text NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX loan_note_loan ON servicing.loan_note (tenant_id, loan_account_id, id DESC);
SELECT kernel.protect('servicing.loan_note', 'append');
