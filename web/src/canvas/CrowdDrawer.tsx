/** Who is at a step, or took a way out. */
import { Drawer } from "@mantine/core";
import { People } from "../crowd/People";
import { useEditing } from "../editor/EditorProvider";
import { useView, useViewStore } from "./view";

export function CrowdDrawer() {
  const view = useViewStore();
  const crowd = useView((now) => now.crowd);
  const id = useEditing((editing) => editing.saved.id);
  return (
    <Drawer
      opened={crowd !== null}
      onClose={() => view.setState({ crowd: null })}
      position="right"
      title={crowd?.title}
      size={480}
    >
      {crowd && <People document={id} ask={{ node: crowd.node, edge: crowd.edge }} />}
    </Drawer>
  );
}
