import type { ModuleDefinition } from "#kernel/module.ts";
import { routes } from "./routes.ts";

/** The face of documents. See README.md. */
export { eraseDocument, reviewDocument } from "./commands/review-document.ts";
export { grantOwner, grantOwners, storeDocument, type NewDocument, type StoredDocument } from "./commands/store-document.ts";
export { MAX_BYTES, inspect, type Inspected } from "./domain/inspect.ts";
export type { DocumentData, Template } from "./render/data.ts";
export { dateText, moneyText, type Locale } from "./render/present.ts";
export { renderDocument } from "./render/render-document.ts";
export { getDocument, readDocument, type DocumentRecord } from "./queries/read-document.ts";

export const module: ModuleDefinition = { name: "documents", routes };
