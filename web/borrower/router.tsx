import { createContext, useContext, useEffect, useState, useSyncExternalStore, type AnchorHTMLAttributes, type ReactNode } from "react";

/**
 * The borrower app's way through its few pages: under a hundred lines instead of a router library, because a phone on a slow line
 * loads every kilobyte first.
 */
const watchers = new Set<() => void>();

function changed(): void {
  for (const watcher of watchers) watcher();
}

addEventListener("popstate", changed);

/** Goes to a page of this app. */
export function go(to: string, replace = false): void {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  scrollTo(0, 0);
  changed();
}

function watch(act: () => void): () => void {
  watchers.add(act);
  return () => watchers.delete(act);
}

/** The address as it is now, path and query. */
export function useAddress(): { readonly path: string; readonly query: URLSearchParams } {
  const href = useSyncExternalStore(watch, () => location.pathname + location.search);
  const [path = "/", query = ""] = href.split("?");
  return { path, query: new URLSearchParams(query) };
}

/** A real link that does not reload the page. */
export function Link({ to, children, ...rest }: { to: string; children: ReactNode } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a href={to} {...rest} onClick={(event) => {
      rest.onClick?.(event);
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(to);
    }}>{children}</a>
  );
}

const Params = createContext<Readonly<Record<string, string>>>({});

/** The parts of the address that the pattern names. */
export function useParams(): Readonly<Record<string, string>> {
  return useContext(Params);
}

export interface Route { readonly pattern: string; readonly load: () => Promise<{ readonly [name: string]: unknown }>; readonly name: string }

function match(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split("/").filter(Boolean);
  const have = path.split("/").filter(Boolean);
  if (want.length !== have.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    const got = decodeURIComponent(have[i] ?? "");
    if (part.startsWith(":")) params[part.slice(1)] = got;
    else if (part !== got) return undefined;
  }
  return params;
}

/** Shows the page of the current address; each page's code is fetched when it is first needed. */
export function Pages({ routes, waiting, missing, failed }: { routes: readonly Route[]; waiting: ReactNode; missing: ReactNode; failed: (again: () => void) => ReactNode }) {
  const { path } = useAddress();
  const found = routes.map((route) => ({ route, params: match(route.pattern, path) })).find((r) => r.params !== undefined);
  const key = found?.route.name ?? "";
  const [loaded, setLoaded] = useState<Readonly<Record<string, () => ReactNode>>>({});
  const Screen = loaded[key];
  const [broken, setBroken] = useState<string | null>(null);
  useEffect(() => {
    if (found === undefined || Screen !== undefined || broken === key) return;
    let wanted = true;
    void found.route.load().then((module) => wanted && setLoaded((all) => ({ ...all, [key]: module[found.route.name] as () => ReactNode })), () => wanted && setBroken(key));
    return () => {
      wanted = false;
    };
  }, [key, Screen, broken]);
  if (found === undefined) return missing;
  // The line was lost while the page's code was on its way.
  if (Screen === undefined) return broken === key ? failed(() => setBroken(null)) : waiting;
  return <Params value={found.params ?? {}}><Screen key={path} /></Params>;
}
