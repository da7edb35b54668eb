/** The drawer of whoever is behind the number that was clicked. */
import { Drawer } from "@mantine/core";
import { useEffect } from "react";
import { showCrowd, useCrowd } from "./crowd";
import { People } from "./People";

export function CrowdPanel() {
  const crowd = useCrowd((state) => state.crowd);
  useEffect(() => () => showCrowd(null), []);
  return (
    <Drawer
      opened={crowd !== null}
      onClose={() => showCrowd(null)}
      position="right"
      title={crowd?.title}
      size={560}
    >
      {crowd && <People document={crowd.document} ask={crowd.ask} />}
    </Drawer>
  );
}
