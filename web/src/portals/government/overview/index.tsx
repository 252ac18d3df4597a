import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Nothing } from "../../../shared/nothing";
import Dashboard from "./dashboard";

const Alarms = lazy(() => import("./alarms"));
const Screen = lazy(() => import("./screen"));

export default function Overview() {
  return (
    <Routes>
      <Route index element={<Dashboard />} />
      <Route path="alarms" element={<Alarms />} />
      <Route path="screen" element={<Screen />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}
