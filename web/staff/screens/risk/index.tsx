export { ProvisionRun, Provisions } from "./provisions.tsx";
