/** The page of a journey. */
import type { Catalog } from "../api/types";
import { TestSwitch } from "../testing/TestSwitch";
import { CrowdPanel } from "../crowd/CrowdPanel";
import { CanvasPage } from "./Desk";
import { journeyKit } from "./journeyKit";
import { NobodyYet } from "./NobodyYet";

export default function JourneyEditor({ catalog }: { catalog: Catalog }) {
  return (
    <CanvasPage kit={journeyKit} catalog={catalog} bar={<TestSwitch />} notice={<NobodyYet />}>
      <CrowdPanel />
    </CanvasPage>
  );
}
