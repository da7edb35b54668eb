/** Where something can be dropped, and what can be taken by its handle. */
import { useDraggable, useDroppable } from "@dnd-kit/core";
import { IconGripVertical } from "@tabler/icons-react";
import { useId } from "react";
import { useBoard } from "./board";
import styles from "./rules.module.css";
import { placeKey, type Place, type Slot } from "./tree";

/** A line between members, or at their end; there only while something is dragged. */
export function DropSlot({ place, index }: Slot) {
  const isDragging = useBoard()?.isDragging ?? false;
  const id = useId();
  const { setNodeRef, isOver } = useDroppable({
    id: `${id}:${placeKey(place)}#${index ?? ""}`,
    data: { place, index },
  });
  if (!isDragging) return <div className={styles.gap} />;
  return <div ref={setNodeRef} className={styles.slot} data-over={isOver || undefined} />;
}

/** The whole of a group: what is dropped on it and on no line goes to its end. */
export function useGroupDrop(place: Place): (element: HTMLElement | null) => void {
  const id = useId();
  return useDroppable({ id: `${id}:${placeKey(place)}`, data: { place, index: null } }).setNodeRef;
}

export function Handle({ place, label }: { place: Place; label: string }) {
  const id = useId();
  const { setNodeRef, listeners } = useDraggable({
    id: `${id}:${placeKey(place)}`,
    data: { label, from: place },
  });
  return (
    <span ref={setNodeRef} {...listeners} className={styles.handle} aria-hidden>
      <IconGripVertical size={14} />
    </span>
  );
}
