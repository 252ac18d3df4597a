import type { ComponentProps, FC } from "react";
import { Chart } from "../../../shared/chart";
import type { Column } from "../../../shared/columns";
import type { Row } from "./types";

type Asked = Omit<ComponentProps<typeof Chart>, "columns" | "rows"> & { columns: Column<Row>[]; rows: Row[] };

/** A chart over rows of the API. */
export const Plot = Chart as unknown as FC<Asked>;
