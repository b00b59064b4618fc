import { Button, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Static } from "typebox";
import type { DiffJson, VersionJson } from "#modules/products/contract.ts";
import { send } from "../../../api/client.ts";
import { useCommand, useGet, useGetVersioned } from "../../../api/hooks.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { CommandForm } from "../../../ui/form.tsx";
import { Facts, Grid, Page, Section } from "../../../ui/layout.tsx";
import { Empty, Loaded } from "../../../ui/loaded.tsx";
import { ProblemNotice } from "../../../ui/problem-notice.tsx";
import { StatusTag } from "../../../ui/values.tsx";
import { Conflict } from "../../kit/conflict.tsx";
import { NameText } from "../../kit/names.tsx";
import { useParam } from "../../kit/fields.ts";
import { Tabs } from "../../kit/link.tsx";
import { useSearchState } from "../../kit/list-state.ts";
import { Can, useSession } from "../../session.tsx";
import { LiveExample } from "./live-example.tsx";
import { ProductEntries } from "./product-entries.tsx";
import { ProductOptions } from "./product-options.tsx";
import { Settings } from "./settings.tsx";

type Version = Static<typeof VersionJson>;

/** One version: its settings, what differs from the one it came from, and a live example loan beside them: P1. */
export function ProductVersion() {
  const { t } = useTranslation();
  const id = useParam("id");
  const { may } = useSession();
  const [search] = useSearchState<{ tab?: string }>();
  const tab = search.tab === "entries" && may("product.entries.read") ? "entries" : "settings";
  const query = useGetVersioned<Version>(`/product-versions/${id}`);
  return (
    <Loaded query={query}>
      {({ body: v, etag }) => (
        <Page title={`${v.name} · ${t("version {{n}}", { n: v.number })}`} note={v.note} actions={<Acts version={v} />}>
          <Section><Facts items={[["State", v.state, "status"], ["Code", v.code], ["Currency", v.currency], ["Effective from", v.effectiveFrom, "date"], ["Made by", <NameText key="m" id={v.madeBy} />], ["Made at", v.madeAt, "instant"], ["Published by", <NameText key="p" id={v.publishedBy} />], ["Hash", <span key="h" className="mono">{v.definitionHash.slice(0, 16)}</span>]]} /></Section>
          {v.faults.length > 0 && <div className="notice warn"><strong>{t("This draft cannot be published yet")}</strong><ul>{v.faults.map((f) => <li key={f.pointer + f.code}><span className="mono">{f.pointer}</span> {f.detail}</li>)}</ul></div>}
          {may("product.entries.read") && <Tabs current={tab} tabs={[["settings", "Settings"], ["entries", "Entries"]]} />}
          {/* Kept while one looks at the entries: changes not yet saved stay. */}
          <div hidden={tab !== "settings"}><Body key={v.definitionHash} version={v} etag={etag} /></div>
          {tab === "entries" && <ProductEntries key={v.definitionHash} versionId={v.id} />}
        </Page>
      )}
    </Loaded>
  );
}

function Acts({ version }: { version: Version }) {
  const { t } = useTranslation();
  const { lender } = useSession();
  const navigate = useNavigate();
  const [publishing, setPublishing] = useState(false);
  const clone = useCommand<object, { productVersionId: string }>(`/product-versions/${version.id}/clone`, { onDone: (made) => void navigate({ to: `/products/${made.productVersionId}` }) });
  const retire = useCommand<object>(`/product-versions/${version.id}/retire`);
  return (
    <>
      <ProblemNotice problem={clone.problem ?? retire.problem} />
      <Can permission="product.version.edit"><Button size="sm" variant="default" loading={clone.pending} onClick={() => void clone.run({})}>{t("Clone")}</Button></Can>
      {version.state === "draft" && <Can permission="product.version.edit"><Button size="sm" disabled={version.faults.length > 0} onClick={() => setPublishing(true)}>{t("Publish…")}</Button></Can>}
      {version.state === "published" && <Can permission="product.version.publish"><Button size="sm" variant="default" loading={retire.pending} onClick={() => void retire.run({})}>{t("Retire")}</Button></Can>}
      <Dialog title={t("Publish…")} open={publishing} onClose={() => setPublishing(false)}>
        <CommandForm path={`/product-versions/${version.id}/publish`} submit="Ask for publication" note={<p className="muted">{t("A second person publishes it.")}</p>} fields={[{ name: "effectiveFrom", label: "Effective from", kind: "date", required: true, initial: lender.businessDate, min: lender.businessDate }]} onDone={() => setPublishing(false)} />
      </Dialog>
    </>
  );
}

function Body({ version, etag }: { version: Version; etag: string | null }) {
  const { t } = useTranslation();
  const [definition, setDefinition] = useState<Record<string, unknown>>(version.definition);
  const changed = JSON.stringify(definition) !== JSON.stringify(version.definition);
  const { may } = useSession();
  const editable = version.state === "draft" && may("product.version.edit");
  const save = useCommand<unknown>(`/product-versions/${version.id}`, { method: "PUT" });
  return (
    <div className="split wide-left">
      <div className="stack">
        {editable && (
          <div className="row" style={{ justifyContent: "space-between" }}>
            <span className={changed ? "tag warn" : "tag good"}>{changed ? t("Not saved yet") : t("Saved")}</span>
            <div className="row"><Button size="compact-sm" variant="default" disabled={!changed} onClick={() => setDefinition(version.definition)}>{t("Undo")}</Button><Button size="compact-sm" disabled={!changed} loading={save.pending} onClick={() => void save.run({ definition }, { ifMatch: etag ?? undefined })}>{t("Save draft")}</Button></div>
          </div>
        )}
        {save.problem?.code === "version.conflict" ? <DraftConflict id={version.id} mine={definition} base={version.definition} pending={save.pending} onMine={(tag) => void save.run({ definition }, { ifMatch: tag })} onTheirs={() => location.reload()} /> : <ProblemNotice problem={save.problem} />}
        {editable && <ProductOptions definition={definition} onChange={setDefinition} />}
        <Settings definition={definition} editable={editable} onChange={setDefinition} problem={save.problem} />
        {version.basedOn !== null && <Differences id={version.id} from={version.basedOn} />}
        <RawDefinition definition={definition} editable={editable} onChange={setDefinition} />
      </div>
      <LiveExample versionId={version.id} currency={version.currency} definition={changed ? definition : undefined} limits={definition["limits"] as never} />
    </div>
  );
}

/** What two editors of one draft made of it, setting by setting. */
function DraftConflict({ id, mine, base, onMine, onTheirs, pending }: { id: string; mine: Record<string, unknown>; base: Record<string, unknown>; onMine: (etag: string) => void; onTheirs: () => void; pending: boolean }) {
  const stored = useQuery({ queryKey: ["conflict", id], queryFn: async () => send<Version>(`/product-versions/${id}`, {}, { method: "GET" }), staleTime: 0 });
  if (stored.data === undefined) return null;
  const { body, etag } = stored.data;
  const rows = [...new Set([...changedPaths(base, mine), ...changedPaths(base, body.definition)])].map((path) => ({ label: path, yours: <span className="mono">{JSON.stringify(at(mine, path))}</span>, theirs: <span className="mono">{JSON.stringify(at(body.definition, path))}</span> }));
  return <Conflict rows={rows} pending={pending} onMine={() => onMine(etag ?? "")} onTheirs={onTheirs} />;
}

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;
const at = (value: unknown, path: string): unknown => path.split(".").reduce<unknown>((v, key) => (isNode(v) ? v[key] : undefined), value);

/** Where two definitions differ, as dotted paths. */
function changedPaths(a: unknown, b: unknown, path = ""): readonly string[] {
  if (isNode(a) && isNode(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => changedPaths(a[key], b[key], path === "" ? key : `${path}.${key}`));
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path];
}

function Differences({ id, from }: { id: string; from: string }) {
  const { t } = useTranslation();
  const query = useGet<Static<typeof DiffJson>>(`/product-versions/${id}/diff`, { from });
  return (
    <Section title={t("What differs from the version it came from")}>
      <Loaded query={query}>
        {(d) => (d.changes.length === 0 ? <Empty>{t("Nothing differs yet.")}</Empty> : <Grid label="Differences" rows={d.changes} rowKey={(c) => c.path} columns={[
          { header: "Setting", cell: (c) => <span className="mono">{c.path}</span> }, { header: "Before", cell: (c) => <span className="mono">{JSON.stringify(c.before)}</span> }, { header: "After", cell: (c) => <span className="mono">{JSON.stringify(c.after)}</span> },
        ]} />)}
      </Loaded>
    </Section>
  );
}

/** The whole definition as text, for those who prefer it and for what has no form yet. */
function RawDefinition({ definition, editable, onChange }: { definition: Record<string, unknown>; editable: boolean; onChange: (d: Record<string, unknown>) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(null);
  const [fault, setFault] = useState<string | undefined>();
  const apply = () => {
    try {
      onChange(JSON.parse(text ?? "") as Record<string, unknown>);
      setText(null);
      setFault(undefined);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Section title={t("Whole definition")} actions={editable ? (text === null ? <Button size="compact-sm" variant="default" onClick={() => setText(JSON.stringify(definition, null, 2))}>{t("Edit as text")}</Button> : <><Button size="compact-sm" variant="default" onClick={() => setText(null)}>{t("Cancel")}</Button><Button size="compact-sm" onClick={apply}>{t("Take over")}</Button></>) : <StatusTag value="published" label={t("Read only")} />}>
      {text === null ? <details><summary>{t("Show")}</summary><pre className="code" tabIndex={0}>{JSON.stringify(definition, null, 2)}</pre></details> : <Textarea aria-label={t("Whole definition")} autosize minRows={16} maxRows={30} value={text} error={fault} onChange={(e) => setText(e.currentTarget.value)} styles={{ input: { fontFamily: "monospace", fontSize: 12 } }} />}
    </Section>
  );
}
