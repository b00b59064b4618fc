/** Adapters of the bank port: ISO 20022 formats and the connection to a bank. */
export { httpBank } from "./sandbox-bank.ts";
