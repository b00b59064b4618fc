import { main } from "../assure/main.ts";
import { p01 } from "./p01-end-of-day.ts";
import { p04 } from "./p04-meanwhile.ts";
import { p05 } from "./p05-killed.ts";
import { p06 } from "./p06-missed-days.ts";
import { p07 } from "./p07-scaling.ts";
import { p08 } from "./p08-repayment.ts";
import { p09 } from "./p09-bulk.ts";
import { p11 } from "./p11-hot-loan.ts";
import { p12 } from "./p12-duplicates.ts";
import { p13 } from "./p13-mixed.ts";
import { p19 } from "./p19-schedules.ts";
import { p21 } from "./p21-replay.ts";
import { p22 } from "./p22-apr.ts";
import { p24 } from "./p24-export.ts";
import { p27 } from "./p27-report.ts";

await main([p01, p04, p05, p06, p07, p08, p09, p11, p12, p13, p19, p21, p22, p24, p27]);
