export function MyWork() { return <div className="page">MyWork</div>; }
