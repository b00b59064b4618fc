import { parseArgs } from "node:util";
import { parseKeys } from "./keys.ts";
import { startSandbox } from "./start.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4010" }, host: { type: "string", default: "127.0.0.1" }, seed: { type: "string", default: "demo" },
    "with-parent": { type: "boolean", default: false }, data: { type: "string" }, keys: { type: "string", default: "" }, sanctions: { type: "string" }, help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write("node sandbox/main.ts --port 4010 [--host 127.0.0.1] [--seed demo] [--data DIR] [--keys bank=…,kyc=…] [--sanctions FILE.csv]\n");
} else {
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) throw new RangeError(`--port ${values.port} is no port`);
  const sandbox = await startSandbox({ port, host: values.host, seed: values.seed, dataDir: values.data, keys: parseKeys(values.keys), sanctionsFile: values.sanctions });
  process.stdout.write(`${JSON.stringify({ url: sandbox.url })}\n`);
  let closing = false;
  const end = (): void => {
    if (closing) return;
    closing = true;
    void sandbox.close().then(() => process.exit(0));
  };
  // A program that started us holds our input open; when it dies, however it dies, the input ends and so do we.
  if (values["with-parent"]) process.stdin.resume().once("close", end);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, end);
  }
}
