import { Spin } from "antd";
import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { Frame, type Section } from "../../shared/frame";

const Data = lazy(() => import("./data"));

const SECTIONS: Section[] = [{ path: "data", word: "section.data", permission: "data.read" }];

export default function Government() {
  return (
    <Frame base="/gov" sections={SECTIONS}>
      <Suspense fallback={<Spin delay={200} />}>
        <Routes>
          <Route path="data/*" element={<Data />} />
          <Route path="*" element={<Navigate to="/gov/data" replace />} />
        </Routes>
      </Suspense>
    </Frame>
  );
}
