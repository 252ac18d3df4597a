import { useQuery } from "@tanstack/react-query";
import { Table, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { get, type Page } from "../../shared/api";

type Dataset = { id: string; name: string; number: number; region: string; rows_good: number; rows_refused: number; made_at: string };

export default function Data() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["datasets"], queryFn: () => get<Page<Dataset>>("/datasets") });
  return (
    <>
      <Typography.Title level={2}>{t("section.data")}</Typography.Title>
      <Table
        rowKey="id"
        size="small"
        loading={found.isPending}
        dataSource={found.data?.rows}
        columns={[
          { title: t("data.name"), dataIndex: "name" },
          { title: t("data.version"), dataIndex: "number", align: "right" },
          { title: t("data.region"), dataIndex: "region" },
          { title: t("data.good"), dataIndex: "rows_good", align: "right" },
          { title: t("data.refused"), dataIndex: "rows_refused", align: "right" },
        ]}
      />
    </>
  );
}
