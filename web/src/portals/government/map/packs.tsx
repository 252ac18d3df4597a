import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { del, get, type Page, post, send_file } from "../../../shared/api";
import { FileField } from "../../../shared/file-field";
import { useSession } from "../../../shared/session";
import { Failed, Notice } from "../../../shared/states";
import type { Pack } from "./types";

export const useMaps = () => useQuery({ queryKey: ["maps"], queryFn: () => get<Page<Pack>>("/maps?limit=200") });

function useAfter(done: (pack?: Pack) => void) {
  const client = useQueryClient();
  return (pack?: Pack | void) => void client.invalidateQueries({ queryKey: ["maps"] }).then(() => done(pack ?? undefined));
}

/** How outlines are loaded: a file of one's own with who published it, its licence and its review number. */
export function Load({ done }: { done: (pack?: Pack) => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const after = useAfter(done);
  const extra = useQuery({ queryKey: ["maps", "extra"], queryFn: () => get<{ installed: boolean; publisher: string; licence: string }>("/maps/extra"), staleTime: Infinity });
  const [level, setLevel] = useState("city");
  const take = useMutation({ mutationFn: load, onSuccess: after });
  const demo = useMutation({ mutationFn: () => post<Pack>("/maps", { name: t("map.demo_name", { level: t(`map.level.${level}`) }), extra: level }), onSuccess: after });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    take.mutate(new FormData(event.currentTarget));
  };
  if (!may("map.write")) return <p>{t("map.ask_analyst")}</p>;
  return (
    <>
      <p>{t("map.why")}</p>
      <ol>
        <li>{t("map.step_file")}</li>
        <li>{t("map.step_keys")}</li>
        <li>{t("map.step_review")}</li>
      </ol>
      <form className="fields" onSubmit={submit}>
        <FileField label={t("map.file")} name="file" accept=".geojson,.json,.pmtiles" needed />
        <label>
          {t("map.name")}
          <input name="name" required maxLength={200} />
        </label>
        <label>
          {t("map.publisher")}
          <input name="publisher" required maxLength={200} />
        </label>
        <label>
          {t("map.licence")}
          <input name="licence" required maxLength={200} />
        </label>
        <label>
          {t("map.review_number")}
          <input name="review" maxLength={80} />
        </label>
        <label>
          {t("map.crs")}
          <select name="crs" defaultValue="CGCS2000">
            <option>CGCS2000</option>
            <option>WGS84</option>
          </select>
        </label>
        <label>
          {t("map.code_property")}
          <input name="code_property" maxLength={200} placeholder={t("map.found_alone")} />
        </label>
        <label>
          {t("map.name_property")}
          <input name="name_property" maxLength={200} placeholder={t("map.found_alone")} />
        </label>
        <div>
          <Button type="primary" htmlType="submit" loading={take.isPending}>
            {t("map.take")}
          </Button>
        </div>
      </form>
      {take.isError && <Failed error={take.error} />}
      {extra.data?.installed ? (
        <div className="row">
          <span>{t("map.demo", { publisher: extra.data.publisher })}</span>
          <select value={level} onChange={(event) => setLevel(event.target.value)} aria-label={t("map.level_of")}>
            {["province", "city", "district"].map((one) => (
              <option key={one} value={one}>
                {t(`map.level.${one}`)}
              </option>
            ))}
          </select>
          <Button onClick={() => demo.mutate()} loading={demo.isPending}>
            {t("map.demo_take")}
          </Button>
        </div>
      ) : (
        <Notice kind="info">{t("map.demo_none")}</Notice>
      )}
      {demo.isError && <Failed error={demo.error} />}
    </>
  );
}

async function load(asked: FormData): Promise<Pack> {
  const form = new FormData();
  form.append("file", asked.get("file") as File);
  const kept = await send_file<{ id: string }>("/uploads", form, () => {});
  const said = Object.fromEntries(["name", "publisher", "licence", "review", "crs", "code_property", "name_property"].map((name) => [name, String(asked.get(name) ?? "")]));
  return post<Pack>("/maps", { ...said, upload: kept.id });
}

/** Which map, another one, and taking one away. */
export function Packs({ packs, pack, choose, add }: { packs: Pack[]; pack: Pack; choose: (id: string) => void; add: () => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const after = useAfter(() => choose(""));
  const drop = useMutation({ mutationFn: () => del(`/maps/${pack.id}`), onSuccess: () => after() });
  return (
    <span className="row no-print">
      {packs.length > 1 && (
        <select value={pack.id} onChange={(event) => choose(event.target.value)} aria-label={t("map.pack")} style={{ maxWidth: 220 }}>
          {packs.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      )}
      {may("map.write") && (
        <>
          <Button size="small" onClick={add}>
            {t("map.another")}
          </Button>
          <Button size="small" onClick={() => window.confirm(t("map.drop_sure", { name: pack.name })) && drop.mutate()} loading={drop.isPending}>
            {t("map.drop")}
          </Button>
        </>
      )}
    </span>
  );
}

/** Who published the map, under which licence, and its review number, or that it must not be shown in public. */
export function Printed({ pack }: { pack: Pack }) {
  const { t } = useTranslation();
  return (
    <p className="quiet">
      {t("map.by", { name: pack.name, publisher: pack.publisher, licence: pack.licence })} · {pack.crs} · {pack.review ? t("map.review", { number: pack.review }) : <strong>{t("map.no_review")}</strong>}
    </p>
  );
}
