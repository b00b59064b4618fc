export interface Change { readonly path: string; readonly before: unknown; readonly after: unknown }

/** Where two definitions differ, by JSON pointer, the smallest differing places only. Absent is shown as null. */
export function diff(before: unknown, after: unknown, path = ""): Change[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => diff(before[name], after[name], `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_v, i) => i).flatMap((i) => diff(before[i], after[i], `${path}/${i}`));
  }
  return [{ path: path === "" ? "/" : path, before: before ?? null, after: after ?? null }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
