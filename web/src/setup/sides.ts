/** What stands beside the form of a kind, and who may use it. */
import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import type { Permission } from "../session/session";

export interface Side {
  id: "arriving" | "rows" | "try" | "testSend" | "count";
  needs: Permission;
  page: LazyExoticComponent<ComponentType>;
}

const TRY: Side = { id: "try", needs: "configure", page: lazy(() => import("./TryPanel")) };

export const SIDES: Partial<Record<string, Side[]>> = {
  audience: [{ id: "count", needs: "read", page: lazy(() => import("../rules/AudiencePanel")) }],
  event: [{ id: "arriving", needs: "configure", page: lazy(() => import("./ArrivingPanel")) }],
  entity: [{ id: "rows", needs: "profiles", page: lazy(() => import("./RowsPanel")) }],
  source: [TRY],
  action: [TRY],
  channel: [{ id: "testSend", needs: "configure", page: lazy(() => import("./TestSendPanel")) }],
};
