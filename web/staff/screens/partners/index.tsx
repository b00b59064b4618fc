export { Partners } from "./partners.tsx";
export { Partner } from "./partner.tsx";
export { PartnerStatement } from "./statement.tsx";
export { Guarantee } from "./guarantees.tsx";
