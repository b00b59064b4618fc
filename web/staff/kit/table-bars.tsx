import { Button, Checkbox, NativeSelect, Popover, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { currencyDecimals, money, parseAmount, toMoneyJson } from "#engine/money.ts";
import { useCommand, useGet } from "../../api/hooks.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { formatDate, formatMoney, humanise } from "../../ui/format.ts";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { readMoney } from "../../ui/words.ts";
import { useSession } from "../session.tsx";
import type { Column } from "./data-table.tsx";
import { readSearch, writeSearch, type ListState } from "./list-state.ts";
import { useDirectory } from "./names.tsx";

interface SavedView { readonly id: string; readonly list: string; readonly name: string; readonly query: string; readonly shared: "private" | "everyone"; readonly mine: boolean }

/** Saved views as tabs, and a way to save what is on screen. */
export function ViewsBar({ list, state, onPick }: { list: string; state: ListState; onPick: (state: ListState) => void }) {
  const { t } = useTranslation();
  const views = useGet<{ items: readonly SavedView[] }>("/saved-views", { list });
  const [saving, setSaving] = useState(false);
  const now = writeSearch({ q: state.q, filter: state.filter, sort: state.sort, cols: state.cols });
  const remove = useCommand<undefined>("/saved-views", { method: "DELETE" });
  return (
    <div className="views" role="group" aria-label={t("Views")}>
      <button type="button" className={now === "" ? "view on" : "view"} onClick={() => onPick({})}>{t("All")}</button>
      {views.data?.items.map((v) => (
        <span key={v.id} className={now === v.query ? "view on" : "view"}>
          <button type="button" className="quiet-button" aria-pressed={now === v.query} onClick={() => onPick(readSearch(v.query) as ListState)}>{v.name}</button>
          {v.mine && now === v.query && <button type="button" className="quiet-button" aria-label={t("Delete the view {{name}}", { name: v.name })} onClick={() => void remove.run(undefined, { path: `/saved-views/${v.id}` })}>✕</button>}
        </span>
      ))}
      {now !== "" && <button type="button" className="view" onClick={() => setSaving(true)}>{t("Save view…")}</button>}
      <Dialog title={t("Save view")} open={saving} onClose={() => setSaving(false)}><SaveView list={list} query={now} onDone={() => setSaving(false)} /></Dialog>
    </div>
  );
}

function SaveView({ list, query, onDone }: { list: string; query: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [everyone, setEveryone] = useState(false);
  const save = useCommand("/saved-views", { onDone });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void save.run({ list, name, query, shared: everyone ? "everyone" : "private" });
  };
  return (
    <form className="stack" onSubmit={act}>
      <ProblemNotice problem={save.problem} />
      <TextInput label={t("Name")} required maxLength={80} value={name} onChange={(e) => setName(e.currentTarget.value)} autoFocus />
      <Checkbox label={t("For everyone at this lender")} checked={everyone} onChange={(e) => setEveryone(e.currentTarget.checked)} />
      <Button type="submit" loading={save.pending}>{t("Save")}</Button>
    </form>
  );
}

/** Free text and filter tokens; each token can be dropped. */
export function FilterBar<R>({ label, columns, state, onChange }: { label: string; columns: readonly Column<R>[]; state: ListState; onChange: (next: Partial<ListState>) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(state.q ?? "");
  useEffect(() => setText(state.q ?? ""), [state.q]);
  const tokens = state.filter ?? [];
  const words = useFilterWords(columns);
  return (
    <form className="row" role="search" onSubmit={(event) => {
      event.preventDefault();
      onChange({ q: text.trim() === "" ? undefined : text.trim() });
    }}>
      <TextInput size="xs" type="search" aria-label={t(label)} placeholder={t(label)} value={text} data-list-search aria-keyshortcuts="/" onChange={(e) => setText(e.currentTarget.value)} onBlur={() => text.trim() !== (state.q ?? "") && onChange({ q: text.trim() === "" ? undefined : text.trim() })} style={{ width: 290, maxWidth: "100%" }} />
      {tokens.map((token) => (
        <button type="button" key={token} className="token" onClick={() => onChange({ filter: tokens.filter((x) => x !== token) })} title={t("Drop this filter")}>{words({ filter: [token] })} <span aria-hidden>✕</span></button>
      ))}
      {columns.some((c) => c.filter === true) && <AddFilter columns={columns} onAdd={(token) => onChange({ filter: [...tokens.filter((x) => x !== token), token] })} />}
    </form>
  );
}

const SIGNS: Readonly<Record<string, string>> = { eq: "=", ne: "≠", lt: "<", le: "≤", gt: ">", ge: "≥", has: "contains", in: "one of" };

/** What a list is filtered by, in words: "Overdue ≥ ₹1,000.50, Branch = Pune Camp". */
export function useFilterWords<R>(columns: readonly Column<R>[]): (state: Pick<ListState, "q" | "filter">) => string {
  const { t } = useTranslation();
  const { lender } = useSession();
  const { nameOf } = useDirectory();
  const one = (token: string) => {
    const [name = "", operator = "", ...rest] = token.split(":");
    const column = columns.find((c) => c.key === name);
    const value = rest.join(":");
    return `${t(column?.label ?? name)} ${t(SIGNS[operator] ?? operator)} ${shownValue(column, value)}`;
  };
  const shownValue = (column: Column<R> | undefined, value: string) => {
    if (column?.names !== undefined) return nameOf(value) ?? value;
    if (column?.kind === "money" && /^-?\d+$/.test(value)) return formatMoney(toMoneyJson(money(BigInt(value), lender.currency)));
    if (column?.kind === "date" && /^\d{4}-\d\d-\d\d$/.test(value)) return formatDate(value);
    return column?.kind === "status" || column?.kind === "words" || column?.kind === "boolean" ? t(humanise(value)) : value;
  };
  return (state) => [...(state.q === undefined || state.q === "" ? [] : [`“${state.q}”`]), ...(state.filter ?? []).map(one)].join(", ");
}

function AddFilter<R>({ columns, onAdd }: { columns: readonly Column<R>[]; onAdd: (token: string) => void }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const { branches, people } = useDirectory();
  const able = columns.filter((c) => c.filter === true);
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState(able[0]?.key ?? "");
  const [value, setValue] = useState("");
  const [operator, setOperator] = useState("");
  const column = able.find((c) => c.key === key);
  const kind = column?.kind ?? "text";
  const operators = column?.names !== undefined ? ["eq", "ne"] : kind === "text" ? ["has", "eq", "ne"] : kind === "status" || kind === "words" || kind === "id" || kind === "boolean" ? ["eq", "ne"] : ["ge", "le", "eq", "gt", "lt"];
  const chosen = operators.includes(operator) ? operator : (operators[0] ?? "eq");
  const add = () => {
    const text = kind === "money" ? readMoney(value, currencyDecimals(lender.currency)) : value.trim();
    if (text === undefined || text === "") return;
    onAdd(`${key}:${chosen}:${kind === "money" ? parseAmount(text, lender.currency).minor : text}`);
    setValue("");
    setOpen(false);
  };
  const values = column?.options ?? (kind === "boolean" ? ["true", "false"] : undefined);
  const options = column?.names === undefined ? values?.map((v) => ({ value: v, label: t(humanise(v)) })) : (column.names === "branch" ? branches : people).map((x) => ({ value: x.id, label: x.name }));
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus shadow="md">
      <Popover.Target><Button type="button" size="compact-sm" variant="default" onClick={() => setOpen(!open)}>{t("+ Filter")}</Button></Popover.Target>
      <Popover.Dropdown>
        <div className="row" style={{ alignItems: "flex-end" }} onKeyDown={(e) => {
          if (e.key !== "Enter") return;
          e.preventDefault();
          add();
        }}>
          <NativeSelect size="xs" label={t("Column")} value={key} data={able.map((c) => ({ value: c.key, label: t(c.label) }))} onChange={(e) => {
            setKey(e.currentTarget.value);
            setValue("");
          }} />
          <NativeSelect size="xs" label={t("Is")} value={chosen} data={operators.map((o) => ({ value: o, label: t(SIGNS[o] ?? o) }))} onChange={(e) => setOperator(e.currentTarget.value)} />
          {options === undefined ? <TextInput size="xs" label={kind === "money" ? t("Value ({{currency}})", { currency: lender.currency }) : t("Value")} error={kind === "money" && value !== "" && readMoney(value, currencyDecimals(lender.currency)) === undefined ? t("Type an amount") : undefined} type={kind === "date" || kind === "instant" ? "date" : "text"} value={value} onChange={(e) => setValue(e.currentTarget.value)} />
            : <NativeSelect size="xs" label={t("Value")} value={value} data={[{ value: "", label: t("Choose…") }, ...options]} onChange={(e) => setValue(e.currentTarget.value)} />}
          <Button size="xs" onClick={add}>{t("Add")}</Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Which columns, in which order: those picked keep the table's order. */
export function ColumnPick<R>({ columns, shown, onChange }: { columns: readonly Column<R>[]; shown: readonly string[]; onChange: (cols: string) => void }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" trapFocus returnFocus shadow="md">
      <Popover.Target><Button size="compact-sm" variant="default">{t("Columns")}</Button></Popover.Target>
      <Popover.Dropdown>
        <fieldset className="stack" style={{ border: 0, padding: 0, margin: 0, gap: 6 }}>
          <legend className="visually-hidden">{t("Columns")}</legend>
          {columns.map((c) => <Checkbox key={c.key} size="xs" label={t(c.label)} checked={shown.includes(c.key)} disabled={shown.length === 1 && shown.includes(c.key)}
            onChange={(e) => onChange(columns.filter((x) => (x.key === c.key ? e.currentTarget.checked : shown.includes(x.key))).map((x) => x.key).join(","))} />)}
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}
