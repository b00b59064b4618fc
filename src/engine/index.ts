/** The face of the loan engine. See README.md. */
export * from "./date.ts";
export * from "./events.ts";
export * from "./money.ts";
export * from "./rate.ts";
export * from "./rounding.ts";
export * from "./state.ts";
export * from "./terms.ts";
