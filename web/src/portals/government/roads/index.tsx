import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import List from "./list";
import "./roads.css";

const New = lazy(() => import("./new"));
const One = lazy(() => import("./road"));

export default function Roads() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path="new" element={<New />} />
      <Route path=":id/*" element={<One />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
