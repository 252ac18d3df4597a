import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import List from "./list";

const Template = lazy(() => import("./template"));
const One = lazy(() => import("./one"));

export default function Methods() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path=":id" element={<One />} />
      <Route path=":id/template" element={<Template />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
