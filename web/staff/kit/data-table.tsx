import { Button, Checkbox } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../../api/hooks.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Facts } from "../../ui/layout.tsx";
import { Empty, Forbidden, Waiting } from "../../ui/loaded.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Value, type ValueKind } from "../../ui/values.tsx";
import { formatCount } from "../../ui/format.ts";
import { ExportButton } from "./export-button.tsx";
import { useShortcuts } from "./keys.ts";
import { useSearchState, type ListState } from "./list-state.ts";
import { NameText, type NameKind } from "./names.tsx";
import { ColumnPick, FilterBar, useFilterWords, ViewsBar } from "./table-bars.tsx";

export interface Column<R> {
  readonly key: string;
  readonly label: string;
  readonly kind?: ValueKind;
  readonly sort?: boolean;
  readonly filter?: boolean;
  /** The id is a person's or a branch's: shown and filtered by name. */
  readonly names?: NameKind;
  /** The closed set of values to filter by. */
  readonly options?: readonly string[];
  readonly cell?: (row: R) => ReactNode;
  /** Not shown until picked. */
  readonly hidden?: boolean;
}

export interface PageOf<R> { readonly items: readonly R[]; readonly total: number; readonly totalIsExact?: boolean; readonly nextCursor: string | null; readonly hasMore: boolean }

export interface DataTableProps<R> {
  /** Resource without /v1, for instance /loan-accounts. */
  readonly path: string;
  /** Name of the list on the server; saved views hang on it. */
  readonly list: string;
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rowKey: (row: R) => string;
  /** Where Enter and a click lead. */
  readonly open?: (row: R) => string;
  readonly peek?: (row: R) => ReactNode;
  readonly empty?: ReactNode;
  readonly searchLabel?: string;
  readonly fixedFilter?: readonly string[];
  readonly bulk?: (ids: readonly string[], clear: () => void) => ReactNode;
  readonly everyMs?: number;
}

const END: ReadonlySet<ValueKind> = new Set(["money", "rate", "integer"]);

/** A list of the server: sorted, filtered, counted and paged there; the whole state is in the address. */
export function DataTable<R extends object>(props: DataTableProps<R>) {
  const { t } = useTranslation();
  const [state, set] = useSearchState<ListState & Record<string, unknown>>();
  const [peeked, setPeeked] = useState<R | null>(null);
  const [active, setActive] = useState(0);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [trail, setTrail] = useState<readonly (string | undefined)[]>([]);
  const filter = [...(props.fixedFilter ?? []), ...(state.filter ?? [])];
  const query = { q: state.q, filter, sort: state.sort };
  const page = useGet<PageOf<R>>(props.path, { ...query, cursor: state.cursor, limit: 50 }, { keep: true, everyMs: props.everyMs });
  const rows = page.data?.items ?? [];
  const shown = state.cols === undefined ? props.columns.filter((c) => c.hidden !== true) : state.cols.split(",").flatMap((k) => props.columns.find((c) => c.key === k) ?? []);
  const words = useFilterWords(props.columns);
  const toggle = (id: string) => setSelected((before) => {
    const next = new Set(before);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  const { open, place } = useRows({ rows, active, setActive, setPeeked, toggle, selectable: props.bulk !== undefined, rowKey: props.rowKey, open: props.open });
  const turn = (cursor: string | undefined, next: readonly (string | undefined)[]) => {
    setTrail(next);
    setActive(0);
    set({ cursor });
  };
  return (
    <div className="section">
      <div className="table-bars no-print">
        <ViewsBar list={props.list} state={state} onPick={(next) => set({ q: undefined, filter: undefined, sort: undefined, cols: undefined, cursor: undefined, ...next })} />
        <FilterBar label={props.searchLabel ?? "Search"} columns={props.columns} state={state} onChange={(next) => set({ ...next, cursor: undefined })} />
        <div className="row" style={{ marginLeft: "auto" }}>
          <span className="muted" aria-live="polite">{page.data === undefined ? "" : page.data.totalIsExact !== false ? t("{{count}} rows", { count: page.data.total }) : t("more than {{n}} rows", { n: formatCount(page.data.total) })}</span>
          <ColumnPick columns={props.columns} shown={shown.map((c) => c.key)} onChange={(cols) => set({ cols })} />
          <ExportButton path={props.path} list={props.list} query={query} total={page.data?.total} exact={page.data?.totalIsExact !== false} />
        </div>
      </div>
      {selected.size > 0 && props.bulk !== undefined && <div className="row bulk" role="status"><strong>{t("{{count}} selected", { count: selected.size })}</strong>{props.bulk([...selected], () => setSelected(new Set()))}<Button size="compact-sm" variant="subtle" onClick={() => setSelected(new Set())}>{t("Clear")}</Button></div>}
      {page.error !== null && page.data === undefined ? <div className="body">{page.error.status === 403 ? <Forbidden detail={page.error.message} /> : <ProblemNotice problem={page.error} onRetry={() => void page.refetch()} focus={false} />}</div>
        : page.data === undefined ? <div className="body"><Waiting lines={8} /></div>
          : rows.length === 0 ? <div className="body"><Empty action={filtered(state) ? <Button size="compact-sm" variant="default" onClick={() => set({ q: undefined, filter: undefined, cursor: undefined })}>{t("Drop the filter")}</Button> : undefined}>{filtered(state) ? t("No row matches {{filter}}.", { filter: words(state) }) : props.empty ?? t("Nothing here yet.")}</Empty></div>
            : (
              <div className="scroll" tabIndex={0} role="region" aria-label={t(props.caption)} ref={place} aria-busy={page.isPlaceholderData}>
                <table className="grid" aria-rowcount={page.data.totalIsExact !== false ? page.data.total : -1}>
                  <thead><tr>
                    {props.bulk !== undefined && <th scope="col" style={{ width: 30 }}><Checkbox size="xs" aria-label={t("Select the page")} checked={rows.every((r) => selected.has(props.rowKey(r)))} onChange={(e) => setSelected(new Set(e.currentTarget.checked ? [...selected, ...rows.map(props.rowKey)] : [...selected].filter((id) => !rows.some((r) => props.rowKey(r) === id))))} /></th>}
                    {shown.map((c) => <HeaderCell key={c.key} column={c} sort={state.sort} onSort={(sort) => set({ sort, cursor: undefined })} />)}
                  </tr></thead>
                  <tbody>
                    {rows.map((row, i) => (
                      <tr key={props.rowKey(row)} className={i === active ? "active" : undefined} aria-selected={props.bulk === undefined ? undefined : selected.has(props.rowKey(row))} style={props.open === undefined ? undefined : { cursor: "pointer" }}
                        onClick={(event) => {
                          setActive(i);
                          if (!(event.target instanceof HTMLElement) || event.target.closest("a:not(.row-link),button,input,label") !== null || window.getSelection()?.toString() !== "") return;
                          if (props.open !== undefined) open(row); else setPeeked(row);
                        }}>
                        {props.bulk !== undefined && <td><Checkbox size="xs" aria-label={t("Select")} checked={selected.has(props.rowKey(row))} onChange={() => toggle(props.rowKey(row))} /></td>}
                        {shown.map((c, ci) => <td key={c.key} className={END.has(c.kind ?? "text") ? "num" : undefined}>{cellOf(c, row, ci === 0 ? props.open?.(row) : undefined)}</td>)}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
      {page.data !== undefined && (page.data.hasMore || trail.length > 0) && (
        <div className="row table-foot no-print">
          <Button size="compact-sm" variant="default" disabled={trail.length === 0} onClick={() => turn(trail.at(-1), trail.slice(0, -1))}>{t("Back")}</Button>
          <span className="muted">{t("Page {{page}} · {{total}} in all", { page: trail.length + 1, total: `${formatCount(page.data.total)}${page.data.totalIsExact !== false ? "" : "+"}` })}</span>
          <Button size="compact-sm" variant="default" disabled={!page.data.hasMore} onClick={() => turn(page.data.nextCursor ?? undefined, [...trail, state.cursor])}>{t("Next")}</Button>
        </div>
      )}
      <Dialog side open={peeked !== null} onClose={() => setPeeked(null)} title={t("Peek")}>
        {peeked !== null && <div className="stack">
          {props.peek?.(peeked) ?? <Facts items={props.columns.map((c) => [c.label, cellOf(c, peeked, undefined)] as const)} />}
          {props.open !== undefined && <Button size="sm" onClick={() => open(peeked)}>{t("Open", { context: "act" })}</Button>}
        </div>}
      </Dialog>
    </div>
  );
}

function filtered(state: ListState): boolean {
  return (state.q ?? "") !== "" || (state.filter?.length ?? 0) > 0;
}

function cellOf<R extends object>(column: Column<R>, row: R, href: string | undefined): ReactNode {
  const value = (row as Record<string, unknown>)[column.key];
  const shown = column.cell?.(row) ?? (column.names === undefined ? <Value kind={column.kind ?? "text"} value={value} /> : <NameText id={typeof value === "string" ? value : null} />);
  return href === undefined ? shown : <a href={`/staff${href}`} onClick={openWithRow} tabIndex={-1} className="row-link">{shown}</a>;
}

/** The row opens what its link names; with a key held, the browser does, in a tab or window of its own. */
function openWithRow(event: MouseEvent): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
  else event.preventDefault();
}

function HeaderCell<R>({ column, sort, onSort }: { column: Column<R>; sort: string | undefined; onSort: (sort: string | undefined) => void }) {
  const { t } = useTranslation();
  const end = END.has(column.kind ?? "text");
  if (column.sort !== true) return <th scope="col" className={end ? "num" : undefined}>{t(column.label)}</th>;
  const up = sort === column.key;
  const down = sort === `-${column.key}`;
  return (
    <th scope="col" className={end ? "num" : undefined} aria-sort={up ? "ascending" : down ? "descending" : "none"}>
      <button type="button" className="quiet-button" style={{ minHeight: 24 }} onClick={() => onSort(up ? `-${column.key}` : down ? undefined : column.key)}>{t(column.label)}<span aria-hidden> {up ? "↑" : down ? "↓" : "↕"}</span></button>
    </th>
  );
}

interface Rows<R> {
  readonly rows: readonly R[]; readonly active: number; readonly selectable: boolean;
  readonly setActive: (index: number) => void; readonly setPeeked: (row: R) => void; readonly toggle: (id: string) => void; readonly rowKey: (row: R) => string; readonly open?: (row: R) => string;
}

/** The keys of a list: j k move, x select, Enter open, Space peek. */
function useRows<R>({ rows, active, setActive, setPeeked, toggle, selectable, rowKey, open }: Rows<R>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const place = useRef<HTMLDivElement>(null);
  const go = (row: R) => {
    if (open !== undefined) void navigate({ to: open(row) });
  };
  // Braces on purpose: newer browsers answer scrollIntoView with a promise, which an effect may not return.
  useEffect(() => {
    place.current?.querySelectorAll("tbody tr")[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const row = rows[active];
  useShortcuts([
    { keys: "j", label: t("Next row"), group: "List", act: () => setActive(Math.min(active + 1, rows.length - 1)) },
    { keys: "k", label: t("Row before"), group: "List", act: () => setActive(Math.max(active - 1, 0)) },
    ...(selectable ? [{ keys: "x", label: t("Select row"), group: "List", act: () => row !== undefined && toggle(rowKey(row)) }] : []),
    ...(open === undefined ? [] : [{ keys: "Enter", label: t("Open row"), group: "List", act: () => row !== undefined && go(row) }]),
    { keys: "Space", label: t("Peek"), group: "List", act: () => row !== undefined && setPeeked(row) },
    { keys: "/", label: t("Search this list"), group: "List", act: () => document.querySelector<HTMLInputElement>("[data-list-search]")?.focus() },
  ]);
  return { open: go, place };
}
