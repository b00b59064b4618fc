/** Products: what is lent, on which terms, as versioned data that two people publish. */
import type { ModuleDefinition } from "#kernel/module.ts";
import { publishControl } from "./commands/manage-versions.ts";
import { productRoutes } from "./routes.ts";

export type * from "./definition.ts";
export { createProduct, cloneVersion, changeDraft, proposePublication, retireVersion, publishControl, type NewProductInput } from "./commands/manage-versions.ts";
export { installProduct } from "./commands/install-product.ts";
export { checkDefinition, definitionHash } from "./domain/check-definition.ts";
export { CASH_POSTING_RULES, FACTS, PARALLEL_POSTING_RULES, postingsOf, ruleFaults, STANDARD_POSTING_RULES, type PostingFact, type PostingLine, type PostingRules } from "./domain/posting-rules.ts";
export { limitErrors, quote, rateForScore, requireWithinLimits, scheduleHashOf, type Quote } from "./domain/quote.ts";
export { costsFor, deferredFees, defers, feesFor, termsFor, usualFirstDueDate, type FeeAmount, type PricedVersion, type TermsRequest } from "./domain/terms.ts";
export { quoteJson } from "./queries/present.ts";
export { currentVersion, getProductVersion, publishedVersions, type ProductVersion } from "./store.ts";
export { inPersonalLoan } from "./seeds/in-personal-loan.ts";
export { usPersonalLoan } from "./seeds/us-personal-loan.ts";

export const module: ModuleDefinition = { name: "products", routes: productRoutes, dualControls: [publishControl as never] };
