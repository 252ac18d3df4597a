import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import List from "./list";

const New = lazy(() => import("./new"));
const Compare = lazy(() => import("./compare"));
const One = lazy(() => import("./run"));

export default function Inventory() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path="new" element={<New />} />
      <Route path="compare" element={<Compare />} />
      <Route path=":id/*" element={<One />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
