export function CollectorQueue() { return <div className="page">CollectorQueue</div>; }
export function CollectionCase() { return <div className="page">CollectionCase</div>; }
