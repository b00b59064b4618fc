export { CollectionCase } from "./case.tsx";
export { CollectorQueue } from "./queue.tsx";
