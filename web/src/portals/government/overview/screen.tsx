import { lazy, Suspense, useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { kept } from "../../../shared/address";
import { query } from "../../../shared/api";
import { when } from "../../../shared/numbers";
import { Failed, Loading } from "../../../shared/states";
import { said } from "../../../shared/words";
import { useChosen } from "./chosen";
import { NoInventory } from "./no-inventory";
import { Total } from "./total";
import "./overview.css";

const Six = lazy(() => import("./six"));
const EVERY = 60_000;

/** The big screen: 16:9, six panels, nothing to scroll; asks anew every minute and says when it was last fed. */
export default function Screen() {
  const { t } = useTranslation();
  const go = useNavigate();
  const [search] = useSearchParams();
  const { waiting, error, run, runs, release } = useChosen();
  const unit = useUnitOfScreen();
  const [seen, setSeen] = useState(() => new Date().toISOString());
  useEffect(() => {
    const frame = document.querySelector(".frame");
    frame?.setAttribute("inert", "");
    const clock = setInterval(() => setSeen(new Date().toISOString()), EVERY);
    return () => {
      frame?.removeAttribute("inert");
      clearInterval(clock);
    };
  }, []);
  const [shown, setShown] = useState(false);
  const leave = () => void go(kept(query("/gov/overview", { run: run?.id }), search));
  const asked = run && { run, runs, release, refresh: EVERY, font: unit * 18 };
  const height = Math.round(unit * 386);
  const body = !asked || waiting ? (
    waiting ? <Loading /> : error ? <Failed error={error} /> : <NoInventory links={false} />
  ) : (
    <>
      <header>
        <h1>{asked.run.name}</h1>
        <span className="quiet">{said(asked.run.method_version.title)}{release && ` · ${t("overview.released", { number: release.number })}`}</span>
        {asked.run.synthetic && <strong className="mark warning">{t("state.synthetic")}</strong>}
        <span className="quiet fed" role="status">{t("overview.fed", { made: when(asked.run.made_at), seen: when(seen) })}</span>
        <button type="button" onClick={leave}>{t("overview.leave")}</button>
      </header>
        <div className="six">
          <section><h2>{t("overview.total")}</h2><Total {...asked} large onShown={() => setShown(true)} /></section>
          <Suspense fallback={<Loading />}>{shown && <Six {...asked} height={height} every={EVERY} />}</Suspense>
        </div>
    </>
  ); // prettier-ignore
  return createPortal(
    <main className="screen" style={{ fontSize: unit * 18 }}>
      {body}
    </main>,
    document.body,
  );
}

/** How many times larger than 1920 x 1080 the screen is. */
function useUnitOfScreen(): number {
  const size = () => Math.min(window.innerWidth / 1920, window.innerHeight / 1080);
  const [unit, set] = useState(size);
  useEffect(() => {
    const fit = () => set(size());
    window.addEventListener("resize", fit);
    return () => window.removeEventListener("resize", fit);
  }, []);
  return unit;
}
