-- Lists and suggestions show a loan by its number, found by the loan's id.
CREATE INDEX reference_subject ON payments.reference (tenant_id, subject);
