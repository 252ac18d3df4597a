import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, get, post } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Link } from "../../../shared/link";
import { UNKNOWN, when } from "../../../shared/numbers";
import { Facts } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Failed, Offending } from "../../../shared/states";
import { type Doubt, Level, message } from "./doubt";

type Words = Answer<"/doubts/words">;

/** One doubt: what was found, in which rows, how it is mended; its state, owner and reason. */
export function Answering({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["doubt", id], queryFn: () => get<Doubt>(`/doubts/${id}`) });
  const words = useQuery({ queryKey: ["doubt-words"], queryFn: () => get<Words>("/doubts/words"), staleTime: Infinity });
  return <Answered of={found}>{(doubt) => <Answered of={words}>{(known) => <One key={doubt.changed_at} doubt={doubt} words={known} />}</Answered>}</Answered>;
}

function One({ doubt, words }: { doubt: Doubt; words: Words }) {
  const { t } = useTranslation();
  const { may, me } = useSession();
  const { message: note } = App.useApp();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (asked: Record<string, string>) => post(`/doubts/${doubt.id}`, { ...asked, seen: doubt.changed_at }),
    onSuccess: async () => {
      note.success(t("doubt.saved"));
      await client.invalidateQueries();
    },
  });
  const facts = doubt.facts;
  const rows = facts.rows ?? [];
  const fitting = words.reasons.filter((one) => !one.explains.length || one.explains.includes(doubt.code));
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    save.mutate(Object.fromEntries(["state", "owner", "reason", "note"].map((name) => [name, String(asked.get(name) ?? "").trim()])));
  }
  return (
    <div className="stack">
      <div className="row">
        <Level of={doubt.level} />
        <strong>{doubt.code}</strong>
        <Copy small />
      </div>
      <p>{message(doubt)}</p>
      <Facts
        of={[
          [t("doubt.of"), <Of key="of" doubt={doubt} />],
          [t("doubt.entity"), facts.entity || doubt.entity || UNKNOWN],
          [t("doubt.period"), facts.period || UNKNOWN],
          [t("doubt.changed"), when(doubt.changed_at)],
        ]}
      />
      {rows.length > 0 && (
        <>
          <h2>{t("doubt.rows")}</h2>
          <Offending rows={rows} />
        </>
      )}
      <p className="quiet">{t("doubt.mend")}</p>
      {save.isError && <Failed error={save.error} />}
      {may("doubt.clear") && (
        <form className="details" onSubmit={submit}>
          <label>
            {t("doubt.state")}
            <select name="state" defaultValue={doubt.state}>
              {words.states.map((one) => (
                <option key={one.code} value={one.code} title={one.meaning}>
                  {t(`doubt.${one.code}`, { defaultValue: one.name })}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("doubt.reason")}
            <select name="reason" defaultValue={doubt.reason}>
              <option value="">{t("doubt.no_reason")}</option>
              {fitting.map((one) => (
                <option key={one.code} value={one.code} title={one.meaning}>
                  {t(`doubt.reasons.${one.code}`, { defaultValue: one.name })}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("doubt.owner")}
            <input name="owner" defaultValue={doubt.owner} placeholder={me?.login} maxLength={120} />
          </label>
          <label className="wide">
            {t("doubt.note")}
            <textarea name="note" rows={3} maxLength={2000} defaultValue={facts.note ?? ""} />
          </label>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t("doubt.save")}
          </Button>
        </form>
      )}
    </div>
  );
}

/** What a doubt is of. */
function Of({ doubt }: { doubt: Doubt }) {
  const { t } = useTranslation();
  if (doubt.run) return <Link to={`/gov/inventory/${doubt.run}`}>{t("doubt.run")}</Link>;
  if (doubt.source_check) return <Link to={`/gov/sources/${doubt.source_check}`}>{t("doubt.sources")}</Link>;
  return <Link to={`/gov/data/${doubt.dataset}`}>{t("doubt.dataset")}</Link>;
}
