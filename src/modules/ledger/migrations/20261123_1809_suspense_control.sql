-- Interest in suspense is owed loan by loan: the account is proved against them each day.
UPDATE ledger.ledger_account SET control = true WHERE code = 'interest_suspense';
