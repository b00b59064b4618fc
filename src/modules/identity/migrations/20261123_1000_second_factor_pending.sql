-- An authenticator counts only once it has shown a right code; until then nobody is locked out by a half-finished set-up.
ALTER TABLE identity.staff_user ADD COLUMN totp_pending_key bytea, ADD COLUMN totp_pending_secret bytea;
