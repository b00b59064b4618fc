-- A payment is asked for by its amount and day.
CREATE INDEX loan_event_payment_day ON servicing.loan_event (tenant_id, value_date) WHERE type = 'paymentReceived';
