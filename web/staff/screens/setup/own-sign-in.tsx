import { Button, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useCommand } from "../../../api/hooks.ts";
import { formatMoney, humanise } from "../../../ui/format.ts";
import { Facts, Page, Section } from "../../../ui/layout.tsx";
import { fieldError, ProblemNotice } from "../../../ui/problem-notice.tsx";
import { NameText } from "../../kit/names.tsx";
import { useSession } from "../../session.tsx";
import { Secret } from "./api-clients.tsx";

/** One's own roles, limits and second factor. The authenticator counts only once it has shown a right code. */
export function OwnSignIn() {
  const { t } = useTranslation();
  const { me } = useSession();
  const show = useCommand<undefined, { secret: string; uri: string }>("/me/authenticator", { quiet: true });
  return (
    <Page title={t("Your sign-in")}>
      <Section><Facts items={[["Name", me.name], ["Roles", me.roles.map((r) => t(humanise(r))).join(", ")], ["Branch", <NameText key="b" id={me.branchId} />], ["Limit", me.amountLimits.map((l) => formatMoney(l)).join(", ") || "–"]]} /></Section>
      <Section title={t("Authenticator")}>
        <div className="stack" style={{ maxWidth: 560 }}>
          <p className="muted">{t("A second factor: six digits of an app on your phone, asked for after your password.")}</p>
          <ProblemNotice problem={show.problem} />
          {show.result === undefined ? <div><Button loading={show.pending} onClick={() => void show.run(undefined)}>{t("Set up an authenticator")}</Button></div> : <>
            <p>{t("1. Type this secret into the app, or open the link on the phone that has the app. It is shown this once.")}</p>
            <Secret label={t("Secret")} value={(show.result.secret.match(/.{1,4}/g) ?? []).join(" ")} />
            <p><a href={show.result.uri}>{t("Open in an authenticator on this device")}</a></p>
            <Confirm />
          </>}
        </div>
      </Section>
    </Page>
  );
}

function Confirm() {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const confirm = useCommand<{ code: string }>("/me/authenticator/confirm", { quiet: true });
  const act = (event: FormEvent) => {
    event.preventDefault();
    void confirm.run({ code: code.replaceAll(" ", "") });
  };
  if (confirm.result !== undefined) return <div role="status" className="notice good">{t("Done. From your next sign-in on the code is asked for.")}</div>;
  return (
    <form className="stack" onSubmit={act}>
      <ProblemNotice problem={confirm.problem} />
      <div className="row" style={{ alignItems: "flex-end" }}><TextInput id="f-code" label={t("2. The six digits it shows now")} required inputMode="numeric" autoComplete="one-time-code" maxLength={7} value={code} error={fieldError(confirm.problem, "/code")} onChange={(e) => setCode(e.currentTarget.value)} /><Button type="submit" loading={confirm.pending}>{t("Confirm")}</Button></div>
    </form>
  );
}
