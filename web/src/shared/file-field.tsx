import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon";
import { bytes } from "./numbers";

type Asked = {
  label: string;
  name?: string;
  accept?: string;
  hint?: string;
  needed?: boolean;
  change?: (file: File | null) => void;
  /** Several files, gathered over one choice after the other; one of the same name takes the place of the other. */
  several?: (files: File[]) => void;
};

/** Files with others added to them, by name. */
export const gathered = (held: File[], more: File[]): File[] => [...held.filter((one) => !more.some((other) => other.name === one.name)), ...more];

/** A file, or several, chosen by the button, by the keyboard or by drag and drop; names and sizes are shown. */
export function FileField({ label, name, accept, hint, needed, change, several }: Asked) {
  const { t } = useTranslation();
  const [files, setFiles] = useState<File[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const file = several ? undefined : files[0];
  function hold(found: File[]) {
    setFiles(found);
    several?.(found);
    change?.(found[0] ?? null);
  }
  function take(given: File[]) {
    input.current?.setCustomValidity("");
    if (several && input.current) input.current.value = "";
    hold(several ? gathered(files, given) : given.slice(0, 1));
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const given = event.dataTransfer.files;
    if (!given[0] || !input.current) return;
    const found = [...given];
    if (!several) input.current.files = given;
    take(found);
  }
  return (
    <div className="file-field">
      <span className="label">{label}</span>
      <label className={over ? "drop small over" : "drop small"} onDragOver={(event) => (event.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={drop}>
        <input
          ref={input}
          type="file"
          className="unseen"
          name={name}
          accept={accept}
          multiple={several !== undefined}
          required={needed && (!several || files.length === 0)}
          aria-label={label}
          onInvalid={(event) => event.currentTarget.setCustomValidity(t("data.choose_first"))}
          onChange={(event) => take([...(event.target.files ?? [])])}
        />
        <Icon name="upload" size={18} />
        {file ? (
          <span aria-live="polite">
            <strong>{file.name}</strong> <span className="quiet">{bytes(file.size)}</span>
          </span>
        ) : (
          <span className="quiet">{t(several ? "data.drop_several" : "data.drop")}</span>
        )}
        <span className="as-button">{t(several ? "data.choose_several" : file ? "data.choose_another" : "data.choose")}</span>
        {hint && <small className="quiet">{hint}</small>}
      </label>
      {several && files.length > 0 && (
        <ul className="files" aria-live="polite" aria-label={label}>
          {files.map((one) => (
            <li key={one.name}>
              <strong>{one.name}</strong> <span className="quiet">{bytes(one.size)}</span>{" "}
              <button type="button" className="plain-button" aria-label={t("data.take_out", { name: one.name })} onClick={() => hold(files.filter((other) => other !== one))}>
                {t("data.take_out_short")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
