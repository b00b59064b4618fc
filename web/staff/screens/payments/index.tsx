export { BankMatching } from "./bank-matching.tsx";
export { Payouts } from "./payouts.tsx";
