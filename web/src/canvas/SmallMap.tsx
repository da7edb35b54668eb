/** The whole as a small map, for as long as not all of it is in view: else it would only cover something. */
import { MiniMap, useStore, type ReactFlowState } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import styles from "./Canvas.module.css";

const MAP = { width: 148, height: 100 };

export function SmallMap() {
  const { t } = useTranslation();
  if (useStore(isAllInView)) return null;
  return (
    <MiniMap
      pannable
      zoomable
      className={styles.map ?? ""}
      style={MAP}
      ariaLabel={t("canvas.map")}
      nodeBorderRadius={10}
    />
  );
}

function isAllInView({ nodeLookup, transform: [x, y, zoom], width, height }: ReactFlowState): boolean {
  for (const { position, measured } of nodeLookup.values()) {
    const [left, top] = [position.x * zoom + x, position.y * zoom + y];
    const [wide, high] = [(measured.width ?? 0) * zoom, (measured.height ?? 0) * zoom];
    if (left < 0 || top < 0 || left + wide > width || top + high > height) return false;
  }
  return true;
}
