import { lazy } from "react";
import { Route, Routes } from "react-router";
import List from "./list";

const One = lazy(() => import("./one"));

export default function Methods() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path=":id" element={<One />} />
    </Routes>
  );
}
