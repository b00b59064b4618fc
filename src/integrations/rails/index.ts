/** Adapters of the bank port: ISO 20022 formats and the connection to a bank. */
export { httpBank, isoFormats, verifyStandardWebhook, type BankConnection } from "./sandbox-bank.ts";
