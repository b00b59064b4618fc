/** Adapters of the bank port: ISO 20022 formats and the connection to a bank. */
export { httpBank } from "./sandbox-bank.ts";
export { readStatements } from "./camt-read.ts";
export { ibanValid } from "./iban.ts";
export { readInitiation } from "./initiation-read.ts";
export { readAch, returnLevelsExceeded, routingCheckDigit } from "./nacha-read.ts";
export { readStatusReport } from "./pain-read.ts";
