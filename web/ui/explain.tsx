import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGet } from "../api/hooks.ts";
import type { Query } from "../api/client.ts";
import { Dialog } from "./dialog.tsx";
import { humanise, type MoneyValue } from "./format.ts";
import { Facts, type Fact } from "./layout.tsx";
import { Loaded } from "./loaded.tsx";
import { Value } from "./values.tsx";

/** A figure that says how it came about when it is clicked: formula, inputs and events, as the server's engine tells it. */
export function Explainable({ from, query, label, event, children }: { from: string; query?: Query; label: string; event?: (id: string) => ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="explainable" aria-haspopup="dialog" title={t("How it came about")} onClick={() => setOpen(true)}>{children}</button>
      <Dialog side title={t("{{figure}}: how it came about", { figure: t(label) })} open={open} onClose={() => setOpen(false)}>{open && <ExplainPanel from={from} query={query ?? {}} event={event} />}</Dialog>
    </>
  );
}

/** Shows whatever the explanation holds: its sentence first, inputs as a table, facts by `event`, the rest as it is. */
export function ExplainPanel({ from, query, event }: { from: string; query: Query; event?: (id: string) => ReactNode }) {
  const { t } = useTranslation();
  const explanation = useGet<Readonly<Record<string, unknown>>>(from, query);
  return (
    <Loaded query={explanation}>
      {({ figure: _asked, sentence, inputs, events, ...rest }) => (
        <div className="stack">
          {typeof sentence === "string" && <p>{sentence}</p>}
          <Tree value={rest} />
          {isNamed(inputs) && <section><h3>{t("Inputs")}</h3><table className="grid"><tbody>{inputs.map((i) => <tr key={i.name}><td>{t(humanise(i.name))}</td><td className="num">{scalar(i.name, i.value)}</td></tr>)}</tbody></table></section>}
          {Array.isArray(events) && events.length > 0 && <section><h3>{t("Made by these facts")}</h3><ul style={{ paddingLeft: 18 }}>{[...new Set(events as string[])].map((id) => <li key={id}>{event?.(id) ?? <span className="mono">{id}</span>}</li>)}</ul></section>}
        </div>
      )}
    </Loaded>
  );
}

function isNamed(value: unknown): value is readonly { name: string; value: unknown }[] {
  return Array.isArray(value) && value.length > 0 && (value as unknown[]).every((v) => typeof v === "object" && v !== null && "name" in v && "value" in v);
}

function isMoney(value: unknown): value is MoneyValue {
  return typeof value === "object" && value !== null && "amount" in value && "currency" in value;
}

function scalar(key: string, value: unknown): ReactNode {
  if (isMoney(value)) return <Value kind="money" value={value} />;
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value)) return <Value kind="date" value={value} />;
  if (typeof value === "string" && /rate$/i.test(key) && /^-?\d*\.?\d+$/.test(value)) return <Value kind="rate" value={value} />;
  return <Value kind="text" value={value} />;
}

export function Tree({ value, depth = 0 }: { value: unknown; depth?: number }) {
  const { t } = useTranslation();
  if (Array.isArray(value)) return <ol style={{ paddingLeft: 18 }}>{(value as unknown[]).map((v, i) => <li key={String(i)} style={{ marginBottom: 6 }}>{typeof v === "object" && v !== null && !isMoney(v) ? <Tree value={v} depth={depth + 1} /> : scalar("", v)}</li>)}</ol>;
  if (typeof value !== "object" || value === null || isMoney(value)) return <>{scalar("", value)}</>;
  const entries = Object.entries(value as Record<string, unknown>).filter(([, v]) => v !== null && v !== undefined);
  const plain = entries.filter(([, v]) => typeof v !== "object" || isMoney(v));
  const texts = plain.filter(([, v]) => typeof v === "string" && v.length > 60);
  return (
    <div className="stack" style={{ gap: 8 }}>
      {texts.map(([k, v]) => <p key={k}>{String(v)}</p>)}
      {plain.length > texts.length && <Facts items={plain.filter((p) => !texts.includes(p)).map(([k, v]): Fact => [humanise(k), scalar(k, v)])} />}
      {entries.filter(([, v]) => typeof v === "object" && !isMoney(v)).map(([k, v]) => <section key={k}><h3>{t(humanise(k))}</h3><Tree value={v} depth={depth + 1} /></section>)}
    </div>
  );
}
