import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Partial } from "../../../shared/states";
import { keep, outlinesOf } from "./pack";

/** How outlines are loaded: a file of one's own with who published it, its licence and its review number. */
export function Load({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState("");
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const file = asked.get("file");
    if (!(file instanceof File)) return;
    const outlines = outlinesOf(await file.text());
    if (!outlines) return setWrong(t("map.no_outlines", { file: file.name }));
    const text = (name: string) => String(asked.get(name) ?? "").trim();
    try {
      await keep({ name: file.name, publisher: text("publisher"), licence: text("licence"), review: text("review"), outlines });
      done();
    } catch (cause) {
      setWrong(String(cause));
    }
  }
  return (
    <>
      <p>{t("map.why")}</p>
      <ol>
        <li>{t("map.step_file")}</li>
        <li>{t("map.step_keys")}</li>
        <li>{t("map.step_review")}</li>
      </ol>
      <form className="fields" onSubmit={(event) => void submit(event)}>
        <label>
          {t("map.file")}
          <input name="file" type="file" accept=".geojson,.json,application/geo+json" required />
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
        <div>
          <Button type="primary" htmlType="submit">
            {t("map.take")}
          </Button>
        </div>
      </form>
      {wrong && <Partial>{wrong}</Partial>}
    </>
  );
}
