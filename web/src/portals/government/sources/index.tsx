import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import List from "./list";

const BottomUp = lazy(() => import("./new-bottom-up"));
const Measurements = lazy(() => import("./new-measurements"));
const One = lazy(() => import("./one"));

export default function Sources() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path="bottom-up" element={<BottomUp />} />
      <Route path="measurements" element={<Measurements />} />
      <Route path=":id" element={<One />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
