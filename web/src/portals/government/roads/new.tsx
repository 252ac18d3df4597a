import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useGo, useParam } from "../../../shared/address";
import { blob, post } from "../../../shared/api";
import { Bar } from "../../../shared/bar";
import { FileField } from "../../../shared/file-field";
import { type Job, Progress } from "../../../shared/job";
import { Page, Panel } from "../../../shared/page";
import { RegionField } from "../../../shared/region-field";
import { Answered, Failed } from "../../../shared/states";
import { usePlaces } from "../data/place";
import { useRoad } from "./ask";
import { type Bound, bindings, boundOf, Inventories } from "./inventories";
import { sent } from "./sending";
import type { Road } from "./types";

const KINDS = ".zip,.yaml,.yml,.csv,.tsv,.txt,.xlsx,.parquet,.json";

/** A road as a set of files, or a newer version of one. */
export default function New() {
  const { t } = useTranslation();
  const after = useSearchParams()[0].get("after") ?? "";
  const before = useRoad(after);
  const title = t(after ? "roads.new_version" : "roads.new");
  return (
    <Page title={title} about={t("roads.new_about")} crumbs={[{ word: t("section.roads"), to: "/gov/roads" }, { word: title }]}>
      <Panel>{after ? <Answered of={before}>{(road) => <Form before={road} />}</Answered> : <Form />}</Panel>
    </Page>
  );
}

function Form({ before }: { before?: Road }) {
  const { t } = useTranslation();
  const go = useGo();
  const places = usePlaces();
  const [job, setJob] = useParam("job");
  const [last, setLast] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [share, setShare] = useState<number | null>(null);
  const [bound, setBound] = useState<Bound[]>(() => boundOf(before?.inventories));
  const [error, setError] = useState<unknown>(null);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const text = (name: string) => String(asked.get(name) ?? "").trim();
    const place = { region: text("region"), entity: text("entity") };
    setError(null);
    setShare(0);
    try {
      const others = asked.get("others") === "on" ? await held(before, files) : [];
      const kept = await sent([...files, ...others], place, setShare);
      const made = await post<{ job: string }>("/roads", {
        ...place, name: text("name"), why: text("why"), files: kept, synthetic: asked.get("synthetic") === "on", inventories: bindings(bound),
      }); // prettier-ignore
      setJob(made.job);
    } catch (cause) {
      setError(cause);
    } finally {
      setShare(null);
    }
  }
  function ended({ id, state, done }: Job) {
    if (state === "done") go(`/gov/roads/${String(done.road)}`, { replace: true });
    else setLast(id);
  }
  const runs = job !== "" && job !== last;
  return (
    <>
      {job && <Progress key={job} id={job} onEnd={ended} />}
      <form className="fields" hidden={runs} onSubmit={(event) => void submit(event)}>
        <div className="whole">
          <FileField label={t("roads.files")} accept={KINDS} hint={t("roads.files_hint")} needed several={setFiles} />
        </div>
        {before && !zipped(files) && (
          <label className="row whole">
            <input type="checkbox" name="others" defaultChecked /> {t("roads.keep_others", { number: before.number, count: before.files.length })}
          </label>
        )}
        <label>
          {t("roads.name")}
          <input name="name" required maxLength={200} defaultValue={before?.name} readOnly={before !== undefined} placeholder={t("roads.name_hint")} />
        </label>
        <RegionField name="region" label={t("roads.place")} given={before ? before.region : places[0]?.region} />
        <label>
          {t("column.entity")}
          <input name="entity" maxLength={200} defaultValue={before ? before.entity : places[0]?.entity} />
        </label>
        <label>
          {t("roads.why")}
          <input name="why" maxLength={500} />
        </label>
        <div className="whole">
          <Inventories bound={bound} change={setBound} />
        </div>
        <label className="row whole">
          <input type="checkbox" name="synthetic" defaultChecked={before?.synthetic} /> {t("data.synthetic_tick")}
        </label>
        <div className="whole">
          <Button type="primary" htmlType="submit" loading={share !== null}>
            {t("roads.keep")}
          </Button>
        </div>
        {share !== null && (
          <div className="whole">
            <Bar share={share} label={t("data.uploading")} />
          </div>
        )}
        {error !== null && (
          <div className="whole">
            <Failed error={error} />
          </div>
        )}
      </form>
    </>
  );
}

const zipped = (files: File[]) => files.some((one) => one.name.toLowerCase().endsWith(".zip"));

/** The files of the version before that were not chosen anew. */
async function held(before: Road | undefined, files: File[]): Promise<File[]> {
  const names = (before?.files ?? []).map((one) => one.name).filter((name) => !files.some((one) => one.name === name));
  return Promise.all(names.map(async (name) => new File([await blob(`/roads/${before?.id}/files/${encodeURIComponent(name)}`)], name)));
}
