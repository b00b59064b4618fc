export { LoanAccount360 } from "./loan-360.tsx";
export { Loans } from "./loans.tsx";
export { Parties, Party360 } from "./parties.tsx";
export { PayoffQuote } from "./payoff-quote.tsx";
export { PostPayment } from "./post-payment.tsx";
