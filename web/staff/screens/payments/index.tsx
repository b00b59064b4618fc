export function BankMatching() { return <div className="page">BankMatching</div>; }
export function Payouts() { return <div className="page">Payouts</div>; }
