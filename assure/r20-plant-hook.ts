import { registerHooks } from "node:module";
import type { Planted } from "./r20-planted.ts";

/** Loaded before a test file: changes one place of one file of the engine as it is loaded. The fault is told in the environment. */
const fault = JSON.parse(process.env["PLANTED_FAULT"] ?? "null") as Pick<Planted, "file" | "find" | "replace"> | null;

if (fault !== null) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`/src/engine/${fault.file}`) || loaded.source === undefined || loaded.source === null) return loaded;
      const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source as Uint8Array);
      if (text.split(fault.find).length !== 2) throw new Error(`the place of a planted fault is not there once: ${fault.file}: ${fault.find}`);
      return { ...loaded, source: text.replace(fault.find, () => fault.replace) };
    },
  });
}
