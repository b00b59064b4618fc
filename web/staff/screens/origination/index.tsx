export { Application360 } from "./application-360.tsx";
export { Applications, UnderwritingQueue } from "./applications.tsx";
export { DecisionTrace } from "./decision-trace.tsx";
export { FundingQueue } from "./funding-queue.tsx";
export { NewApplication } from "./new-application.tsx";
export { Workbench } from "./workbench.tsx";
