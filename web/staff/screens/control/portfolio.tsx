export function Portfolio() { return <div className="page">Portfolio</div>; }
