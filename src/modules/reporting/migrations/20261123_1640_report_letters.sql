-- Letters that a filed report brings with it, one for each of its rows.

CREATE TABLE reporting.report_letter (
  tenant_id   text NOT NULL DEFAULT kernel.tenant(),
  run_id      text NOT NULL,
  key         text NOT NULL,
  document_id text NOT NULL,
  PRIMARY KEY (tenant_id, run_id, key)
);
SELECT kernel.protect('reporting.report_letter', 'append');
