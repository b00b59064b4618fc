import { main } from "./main.ts";
import { s02 } from "./s02-row-security.ts";
import { s19 } from "./s19-audit-chain.ts";

await main([s02, s19]);
