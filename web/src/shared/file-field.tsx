import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icon";
import { bytes } from "./numbers";

type Asked = { label: string; name?: string; accept?: string; hint?: string; needed?: boolean; change?: (file: File | null) => void };

/** A file that is chosen by the button, by the keyboard or by drag and drop; its name and size are shown. */
export function FileField({ label, name, accept, hint, needed, change }: Asked) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  function take(found: File | null) {
    input.current?.setCustomValidity("");
    setFile(found);
    change?.(found);
  }
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const given = event.dataTransfer.files;
    if (!given[0] || !input.current) return;
    input.current.files = given;
    take(given[0]);
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
          required={needed}
          aria-label={label}
          onInvalid={(event) => event.currentTarget.setCustomValidity(t("data.choose_first"))}
          onChange={(event) => take(event.target.files?.[0] ?? null)}
        />
        <Icon name="upload" size={18} />
        {file ? (
          <span aria-live="polite">
            <strong>{file.name}</strong> <span className="quiet">{bytes(file.size)}</span>
          </span>
        ) : (
          <span className="quiet">{t("data.drop")}</span>
        )}
        <span className="as-button">{t(file ? "data.choose_another" : "data.choose")}</span>
        {hint && <small className="quiet">{hint}</small>}
      </label>
    </div>
  );
}
