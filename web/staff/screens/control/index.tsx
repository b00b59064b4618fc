export { Approvals } from "./approvals.tsx";
export { AuditExplorer } from "./audit-explorer.tsx";
export { EndOfDay } from "./end-of-day.tsx";
export { Portfolio } from "./portfolio.tsx";
export { SandboxClock } from "./sandbox-clock.tsx";
