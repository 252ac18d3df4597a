import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useEffect } from "react";
import { Link } from "./link";

export type Crumb = { word: string; to?: string };

/** Head of a page: where one is, its title, one line about it, and what can be done here. */
export function Page({ crumbs = [], title, about, actions, children }: { crumbs?: Crumb[]; title: string; about?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("frame.name")}`;
  }, [title, t]);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          {crumbs.length > 0 && (
            <nav aria-label={t("frame.crumbs")} className="crumbs">
              <ol>
                {crumbs.map((one) => (
                  <li key={one.word}>{one.to ? <Link to={one.to}>{one.word}</Link> : one.word}</li>
                ))}
              </ol>
            </nav>
          )}
          <h1>{title}</h1>
          {about && <p className="quiet">{about}</p>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A white box on a page. */
export function Panel({ title, actions, children, id }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; id?: string }) {
  return (
    <section className="panel" id={id}>
      {(title || actions) && (
        <div className="panel-head">
          {title && <h2>{title}</h2>}
          {actions && <div className="row">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

/** Names over values, in columns. */
export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A word in a coloured frame: a state. Red is kept for what is wrong. */
export function Mark({ kind = "plain", children }: { kind?: "plain" | "good" | "warning" | "error" | "info"; children: ReactNode }) {
  return <span className={`mark ${kind}`}>{children}</span>;
}

/** The mark of synthetic data, ahead of the name, where nothing long can hide it. */
export function MadeUp({ of }: { of: { synthetic: boolean } }) {
  const { t } = useTranslation();
  return of.synthetic && <><Mark kind="warning">{t("data.synthetic")}</Mark> </>; // prettier-ignore
}
