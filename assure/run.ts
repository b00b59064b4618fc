import { main } from "./main.ts";
import { d01 } from "./d01-many-processes.ts";
import { r01 } from "./r01-kill.ts";
import { r02 } from "./r02-kill-points.ts";
import { r03 } from "./r03-simulation.ts";
import { r04 } from "./r04-one-key.ts";
import { r05 } from "./r05-other-body.ts";
import { r07 } from "./r07-linearizable.ts";
import { r08 } from "./r08-races.ts";
import { r13 } from "./r13-restore.ts";
import { r15 } from "./r15-two-leaders.ts";
import { r19 } from "./r19-poison.ts";
import { r20 } from "./r20-properties.ts";
import { r22 } from "./r22-independent-books.ts";
import { s01 } from "./s01-every-route.ts";
import { s02 } from "./s02-row-security.ts";
import { s19 } from "./s19-audit-chain.ts";

await main([d01, r01, r02, r03, r04, r05, r07, r08, r13, r15, r19, r20, r22, s01, s02, s19]);
