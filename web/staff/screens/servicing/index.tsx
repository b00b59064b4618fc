export function Loans() { return <div className="page">Loans</div>; }
export function LoanAccount360() { return <div className="page">LoanAccount360</div>; }
export function PostPayment() { return <div className="page">PostPayment</div>; }
export function PayoffQuote() { return <div className="page">PayoffQuote</div>; }
export function Parties() { return <div className="page">Parties</div>; }
export function Party360() { return <div className="page">Party360</div>; }
