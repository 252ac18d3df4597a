import { Button, Dropdown } from "antd";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { PICKED, type Picked, useGo, usePick } from "./address";
import { Boundary } from "./boundary";
import { Connection } from "./connection";
import { Icon, type IconName } from "./icon";
import { Link, SectionLink } from "./link";
import { AreaPicker, PeriodPicker, StandardPicker, UnitPicker } from "./pickers";
import { useReady } from "./ready";
import { useSession } from "./session";
import { Synthetic, Told } from "./states";
import { useSynthetic } from "./synthetic";
import { setDark, useTheme } from "./theme";
import { type Lang, speak } from "./words";

/** A section; `picks` are the pickers that mean something on its pages (all, unless told). */
export type Section = { path: string; word: string; icon: IconName; group: string; permission?: string | string[]; picks?: Picked[] };

/** The frame of a portal: sections at the left; what is picked, language, theme and person at the top. */
export function Frame({ base, sections, children }: { base: string; sections: Section[]; children: ReactNode }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { pathname } = useLocation();
  const shown = sections.filter((one) => one.permission === undefined || [one.permission].flat().some(may));
  const here = sections.find((one) => pathname.startsWith(`${base}/${one.path}`));
  const picks = here?.picks ?? (here ? PICKED : []);
  const groups = [...new Set(shown.map((one) => one.group))];
  const synthetic = useSynthetic();
  useReady();
  useEffect(() => {
    document.querySelector("main")?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t("frame.skip")}
      </a>
      <aside className="sections no-print">
        <Link to={base} className="brand">
          {t("frame.name")}
        </Link>
        <nav aria-label={t("frame.sections")}>
          {groups.map((group) => (
            <div key={group}>
              <h2>{t(`group.${group}`)}</h2>
              <ul>
                {shown
                  .filter((one) => one.group === group)
                  .map((one) => (
                    <li key={one.path}>
                      <SectionLink to={`${base}/${one.path}`}>
                        <Icon name={one.icon} />
                        {t(one.word)}
                      </SectionLink>
                    </li>
                  ))}
              </ul>
            </div>
          ))}
        </nav>
      </aside>
      <header className="top no-print">
        <div className="row" role="group" aria-label={t("frame.pickers")}>
          {picks.includes("area") && <AreaPicker />}
          {picks.includes("period") && <PeriodPicker />}
          {picks.includes("standard") && <StandardPicker />}
          {picks.includes("unit") && <UnitPicker />}
        </div>
        <div className="row">
          <LanguageSwitch />
          <ThemeSwitch />
          <Person />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Told value={true}>
          <Connection />
          {synthetic && <Synthetic />}
          <Boundary of={pathname}>{children}</Boundary>
        </Told>
      </main>
    </div>
  );
}

export function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const [, pick] = usePick("lang");
  const other: Lang = i18n.language === "zh" ? "en" : "zh";
  return (
    <Button type="text" lang={other === "zh" ? "zh-CN" : "en"} title={t("frame.language")} onClick={() => void speak(other).then(() => pick(other))}>
      {other === "zh" ? "中文" : "English"}
    </Button>
  );
}

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { dark } = useTheme();
  const [, pick] = usePick("theme");
  const change = () => {
    setDark(!dark);
    pick(dark ? "light" : "dark");
  };
  return <Button type="text" icon={<Icon name={dark ? "sun" : "moon"} />} aria-label={t("frame.dark")} aria-pressed={dark} onClick={change} />;
}

function Person() {
  const { t } = useTranslation();
  const { me, leave } = useSession();
  const go = useGo();
  const items = [
    { key: "me", label: t("frame.me") },
    { key: "leave", label: t("frame.leave") },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => (key === "me" ? go("/gov/me") : void leave()) }}>
      <Button type="text" icon={<Icon name="person" />}>
        {me?.name}
      </Button>
    </Dropdown>
  );
}
