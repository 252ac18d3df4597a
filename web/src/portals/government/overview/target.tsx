import { useTranslation } from "react-i18next";
import { Drawer } from "../../../shared/drawer";
import { TargetForm } from "../data/target";

/** The form of a target, beside the overview that is held against it. */
export default function TargetDrawer({ region, entity }: { region: string; entity: string }) {
  const { t } = useTranslation();
  return (
    <Drawer name="target" title={t("socio.target")}>
      {() => <TargetForm region={region} entity={entity} />}
    </Drawer>
  );
}
