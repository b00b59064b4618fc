export function Applications() { return <div className="page">Applications</div>; }
export function NewApplication() { return <div className="page">NewApplication</div>; }
export function Application360() { return <div className="page">Application360</div>; }
export function Workbench() { return <div className="page">Workbench</div>; }
export function DecisionTrace() { return <div className="page">DecisionTrace</div>; }
export function UnderwritingQueue() { return <div className="page">UnderwritingQueue</div>; }
export function FundingQueue() { return <div className="page">FundingQueue</div>; }
