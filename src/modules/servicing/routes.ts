import type { App } from "#kernel/http/app.ts";
import { accrualRoutes } from "./routes-accruals.ts";
import { bulkRoutes } from "./routes-bulk.ts";
import { fixingRoutes } from "./routes-fixings.ts";
import { modifyRoutes } from "./routes-modify.ts";
import { noteRoutes } from "./routes-notes.ts";
import { paperRoutes } from "./routes-papers.ts";
import { exampleRoutes, readRoutes } from "./routes-read.ts";
import { writeRoutes } from "./routes-write.ts";

/** Routes of loans: what there is to see, what can be done, many at once. */
export function servicingRoutes(app: App): void {
  readRoutes(app);
  accrualRoutes(app);
  exampleRoutes(app);
  paperRoutes(app);
  writeRoutes(app);
  modifyRoutes(app);
  fixingRoutes(app);
  bulkRoutes(app);
  noteRoutes(app);
}
