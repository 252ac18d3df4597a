import { lazy, Suspense } from "react";
import { Navigate, Route, Routes, useSearchParams } from "react-router";
import { kept } from "../../shared/address";
import { Frame } from "../../shared/frame";
import { Nothing } from "../../shared/nothing";
import { useSession } from "../../shared/session";
import { Loading } from "../../shared/states";
import { SECTIONS } from "./sections";

const Me = lazy(() => import("./admin/me"));

/** The government portal: its sections in the frame; the first that the person may see is where it opens. */
export default function Government() {
  const { me, may } = useSession();
  const [search] = useSearchParams();
  if (me?.pending.length) {
    return (
      <Frame base="/gov" sections={[]}>
        <Suspense fallback={<Loading />}>
          <Me />
        </Suspense>
      </Frame>
    );
  }
  const shown = SECTIONS.filter((one) => one.permission === undefined || [one.permission].flat().some(may));
  return (
    <Frame base="/gov" sections={SECTIONS}>
      <Suspense fallback={<Loading />}>
        <Routes>
          {shown.map(({ path, page: Section }) => (
            <Route key={path} path={`${path}/*`} element={<Section />} />
          ))}
          <Route path="me/*" element={<Me />} />
          <Route index element={<Navigate to={kept(`/gov/${shown[0]?.path ?? "me"}`, search)} replace />} />
          <Route path="*" element={<Nothing />} />
        </Routes>
      </Suspense>
    </Frame>
  );
}
