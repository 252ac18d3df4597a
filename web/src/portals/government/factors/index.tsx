import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import List from "./list";

const Applies = lazy(() => import("./applies"));
const Beside = lazy(() => import("./beside"));
const Documents = lazy(() => import("./documents"));
const OneDocument = lazy(() => import("./document"));
const Own = lazy(() => import("./own"));
const One = lazy(() => import("./one"));

export default function Factors() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path="applies" element={<Applies />} />
      <Route path="compare" element={<Beside />} />
      <Route path="documents" element={<Documents />} />
      <Route path="documents/:id" element={<OneDocument />} />
      <Route path="own" element={<Own />} />
      <Route path=":id" element={<One />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
