-- Another account to pay a partner to waits beside the one in use until a second person agreed.
ALTER TABLE partners.partner
  ADD COLUMN next_scheme  text,
  ADD COLUMN next_masked  text,
  ADD COLUMN next_key     bytea,
  ADD COLUMN next_account bytea;
