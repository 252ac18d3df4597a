import { type ComponentType, lazy, type LazyExoticComponent } from "react";
import type { Section } from "../../shared/frame";

type Filled = Section & { page: LazyExoticComponent<ComponentType> };

/** The sections of the portal, in the order in which they are shown. A new one is a line here and a folder of its own. */
export const SECTIONS: Filled[] = [
  { path: "overview", word: "section.overview", icon: "overview", group: "watch", permission: "data.read", page: lazy(() => import("./overview")) },
  { path: "map", word: "section.map", icon: "map", group: "watch", permission: "data.read", page: lazy(() => import("./map")) },
  { path: "data", word: "section.data", icon: "data", group: "data", picks: ["area"], permission: "data.read", page: lazy(() => import("./data")) },
  { path: "doubts", word: "section.doubts", icon: "doubts", group: "data", picks: ["area"], permission: "data.read", page: lazy(() => import("./doubts")) },
  { path: "sources", word: "section.sources", icon: "standard", group: "data", picks: ["area"], permission: "data.read", page: lazy(() => import("./sources")) },
  { path: "catalogue", word: "section.catalogue", icon: "catalogue", group: "data", picks: ["area"], permission: "data.read", page: lazy(() => import("./data/catalogue")) },
  { path: "inventory", word: "section.inventory", icon: "inventory", group: "account", permission: "data.read", page: lazy(() => import("./inventory")) },
  { path: "releases", word: "section.releases", icon: "releases", group: "account", permission: "data.read", page: lazy(() => import("./releases")) },
  { path: "roads", word: "section.roads", icon: "roads", group: "plan", picks: ["area", "unit"], permission: "data.read", page: lazy(() => import("./roads")) },
  { path: "factors", word: "section.factors", icon: "factors", group: "library", permission: "factors.read", page: lazy(() => import("./factors")) },
  { path: "methods", word: "section.methods", icon: "methods", group: "library", permission: "factors.read", page: lazy(() => import("./methods")) },
  { path: "admin", word: "section.admin", icon: "admin", group: "system", picks: [], permission: ["people.manage", "roles.manage", "areas.manage", "tokens.manage", "audit.read"], page: lazy(() => import("./admin")) },
  { path: "jobs", word: "section.jobs", icon: "jobs", group: "system", picks: [], permission: ["jobs.read", "data.write"], page: lazy(() => import("./jobs")) },
]; // prettier-ignore
