import { useNavigate, useSearch } from "@tanstack/react-router";

/** What a list shows, as its address says it; a link is a view. */
export interface ListState { readonly q?: string; readonly filter?: readonly string[]; readonly sort?: string; readonly cols?: string; readonly cursor?: string }

export function readSearch(text: string): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === "filter") out["filter"] = [...((out["filter"] as string[] | undefined) ?? []), value];
    else out[name] = value;
  }
  return out;
}

export function writeSearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) params.append(name, String(one));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

/** The address's query as plain texts, and a way to change parts of it. */
export function useSearchState<T extends Record<string, unknown>>(): readonly [T, (change: Partial<T>, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as T;
  const navigate = useNavigate();
  return [search, (change, replace = true) => void navigate({ to: ".", search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never, replace })];
}
