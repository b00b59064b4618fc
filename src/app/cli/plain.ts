/** An answer as lines for a person; programs ask for --json. */
export function plainLines(value: unknown, indent = ""): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}none`];
    return value.flatMap((item) => (isRecord(item) ? [`${indent}- ${plainLines(item, `${indent}  `).join("\n").trimStart()}`] : [`${indent}- ${String(item)}`]));
  }
  if (!isRecord(value)) return [`${indent}${String(value)}`];
  const width = Math.max(...Object.keys(value).map((key) => words(key).length));
  return Object.entries(value).filter(([, inner]) => inner !== undefined).flatMap(([key, inner]) => {
    const label = words(key).padEnd(width);
    if (Array.isArray(inner) && inner.every((one) => typeof one !== "object")) return [`${indent}${label}  ${inner.length === 0 ? "none" : inner.join(", ")}`];
    return inner !== null && typeof inner === "object" ? [`${indent}${words(key)}`, ...plainLines(inner, `${indent}  `)] : [`${indent}${label}  ${String(inner)}`];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** @example words("businessDate") is "business date" */
function words(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, (_m, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
