import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import List from "./list";

const Upload = lazy(() => import("./upload"));
const Mapping = lazy(() => import("./mapping"));
const Reported = lazy(() => import("./reported"));
const SocioEconomic = lazy(() => import("./socio-economic"));
const Places = lazy(() => import("./places"));
const Dataset = lazy(() => import("./dataset"));

export default function Data() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path="upload" element={<Upload />} />
      <Route path="upload/:upload" element={<Mapping />} />
      <Route path="reported" element={<Reported />} />
      <Route path="socio-economic" element={<SocioEconomic />} />
      <Route path="places" element={<Places />} />
      <Route path=":id/*" element={<Dataset />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
