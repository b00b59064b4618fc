import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { loadConfig } from "#kernel/config.ts";
import { chartManifests } from "./chart.ts";

const ROOT = join(import.meta.dirname, "..");

interface Container { name: string; image: string; command: string[]; env: { name: string; value?: string }[]; ports?: { name: string; containerPort: number }[]; volumeMounts: { name: string; mountPath: string }[] }
interface Pod { containers: Container[]; volumes: { name: string }[]; securityContext: { runAsNonRoot: boolean } }
interface Manifest { apiVersion: string; kind: string; metadata: { name: string; labels: Record<string, string> }; spec: { replicas?: number; selector?: { matchLabels?: Record<string, string> } & Record<string, unknown>; template?: { metadata: { labels: Record<string, string> }; spec: Pod }; ports?: { targetPort: string }[] } }
interface Service { command?: string[]; environment?: Record<string, string>; deploy?: { replicas: number }; depends_on?: Record<string, { condition: string }>; secrets?: string[]; volumes?: string[]; networks?: string[] | Record<string, unknown>; healthcheck?: object }

const manifests = () => chartManifests() as unknown as Manifest[];
const compose = parse(readFileSync(join(ROOT, "deploy/compose.yaml"), "utf8"), { merge: true }) as { services: Record<string, Service>; volumes: object; secrets: object; networks: object };
const KNOWN = new Set(readFileSync(join(ROOT, "src/kernel/config.ts"), "utf8").match(/"(?:LOANWRIGHT_[A-Z_]+|DATABASE_URL)"/g)?.map((quoted) => quoted.slice(1, -1)));

/** Settings that the program does not read, and those it refuses. */
function settingFaults(environment: Readonly<Record<string, string | undefined>>): string[] {
  const unknown = Object.keys(environment).filter((name) => !KNOWN.has(name.replace(/_FILE$/, "")));
  loadConfig({ LOANWRIGHT_MASTER_KEY: Buffer.from("0123456789abcdefghijklmnopqrstuv").toString("base64"), ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.endsWith("_FILE"))) });
  return unknown;
}

test("the chart starts two API and three worker processes, and each is matched by its own selector", () => {
  const deployments = manifests().filter((m) => m.kind === "Deployment");
  assert.deepEqual(deployments.map((d) => [d.metadata.name, d.spec.replicas]), [["loans-api", 2], ["loans-worker", 3]]);
  for (const { spec } of deployments) {
    const labels = spec.template?.metadata.labels ?? {};
    for (const [label, value] of Object.entries(spec.selector?.matchLabels ?? { none: "" })) assert.equal(labels[label], value);
    assert.equal(spec.template?.spec.securityContext.runAsNonRoot, true);
    for (const container of spec.template?.spec.containers ?? []) {
      for (const mount of container.volumeMounts) assert.ok(spec.template?.spec.volumes.some((v) => v.name === mount.name), mount.name);
    }
  }
  const service = manifests().find((m) => m.kind === "Service");
  assert.equal(deployments[0]?.spec.template?.spec.containers[0]?.ports?.[0]?.name, service?.spec.ports?.[0]?.targetPort);
});

test("every program that chart and compose file start exists, and every setting they give is one that the program reads and takes", () => {
  const containers = manifests().flatMap((m) => m.spec.template?.spec.containers ?? []);
  assert.equal(containers.length, 3);
  for (const { command, env } of containers) {
    assert.ok(existsSync(join(ROOT, command[1] ?? "")), command.join(" "));
    assert.deepEqual(settingFaults(Object.fromEntries(env.filter((e) => e.value !== undefined).map((e) => [e.name, e.value]))), []);
  }
  const programs = Object.values(compose.services).filter((s) => s.environment?.["LOANWRIGHT_ENV"] !== undefined);
  assert.equal(programs.length, 3);
  for (const { command, environment } of programs) {
    assert.ok(existsSync(join(ROOT, command?.[1] ?? "")), String(command));
    assert.deepEqual(settingFaults({ ...environment, LOANWRIGHT_PUBLIC_URL: "https://loans.example.org", LOANWRIGHT_MODULES: "unified", LOANWRIGHT_OUTBOUND: "" }), []);
  }
});

test("the compose file starts two API and three worker processes after the migration, and names only what it has", () => {
  assert.deepEqual(["api", "worker"].map((name) => compose.services[name]?.deploy?.replicas), [2, 3]);
  for (const [name, service] of Object.entries(compose.services)) {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      assert.ok(compose.services[needed], `${name} waits for ${needed}`);
      if (condition === "service_healthy") assert.ok(compose.services[needed].healthcheck, `${needed} tells that it is healthy`);
    }
    for (const secret of service.secrets ?? []) assert.ok(secret in compose.secrets, `${name}: ${secret}`);
    for (const volume of service.volumes ?? []) assert.ok((volume.split(":")[0] as string) in compose.volumes, `${name}: ${volume}`);
    const networks = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {});
    for (const network of networks) assert.ok(network in compose.networks, `${name}: ${network}`);
  }
});

test("a value, a part or a word that is not there is refused by name", () => {
  assert.throws(() => chartManifests({ image: { repository: "x", pullPolicy: "Always" } }), /values\.yaml has no \.Values\.image\.tag/);
  const without = chartManifests({ ingress: { enabled: false, className: "nginx", host: "h", tlsSecret: "t", trustedProxies: "" } }) as unknown as Manifest[];
  assert.equal(without.some((m) => m.kind === "Ingress"), false);
});
