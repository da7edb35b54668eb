/** A rule that is being built: what it is, where new parts go, and what is being dragged. */
import {
  closestCenter,
  DndContext,
  DragOverlay,
  PointerSensor,
  pointerWithin,
  useSensor,
  useSensors,
  type CollisionDetection,
  type DragEndEvent,
  type DragStartEvent,
  type UniqueIdentifier,
} from "@dnd-kit/core";
import { createContext, useContext, useState, type ReactNode } from "react";
import type { Json } from "../model";
import styles from "./rules.module.css";
import { move, put, type Place, type Slot } from "./tree";

/** What is dragged: a new part, or one that is there. */
export type Load = { label: string; condition: Json } | { label: string; from: Place };

interface Board {
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  /** The group that the palette adds to. */
  target: Place;
  setTarget: (place: Place) => void;
  isDragging: boolean;
}

const Context = createContext<Board | null>(null);

export const useBoard = (): Board | null => useContext(Context);

interface Props {
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  children: ReactNode;
}

export default function RuleBoard({ value, onChange, children }: Props) {
  const [target, setTarget] = useState<Place>([]);
  const [load, setLoad] = useState<Load | null>(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }));
  const drop = ({ over }: DragEndEvent): void => {
    setLoad(null);
    const slot = over?.data.current as Slot | undefined;
    if (!slot || !load) return;
    if ("condition" in load) onChange(put(value, slot, load.condition));
    else if (value !== undefined) onChange(move(value, load.from, slot));
  };
  return (
    <Context value={{ value, onChange, target, setTarget, isDragging: load !== null }}>
      <DndContext
        sensors={sensors}
        collisionDetection={nearest}
        accessibility={SILENT}
        onDragStart={({ active }: DragStartEvent) => setLoad(active.data.current as Load)}
        onDragCancel={() => setLoad(null)}
        onDragEnd={drop}
      >
        {children}
        <DragOverlay dropAnimation={null}>
          {load && <div className={styles.dragged}>{load.label}</div>}
        </DragOverlay>
      </DndContext>
    </Context>
  );
}

/** The line under the pointer, else the innermost group that it is over, else what is nearest. */
const nearest: CollisionDetection = (args) => {
  const slotOf = new Map(args.droppableContainers.map(({ id, data }) => [id, data.current as Slot]));
  const rank = (id: UniqueIdentifier): number => {
    const slot = slotOf.get(id);
    return slot ? (slot.index === null ? 0 : 1000) + slot.place.length : 0;
  };
  const under = pointerWithin(args).sort((one, other) => rank(other.id) - rank(one.id));
  return under.length ? under : closestCenter(args);
};

/** Dragging is by pointer; whoever cannot point has buttons and menus that say all of it themselves. */
const SILENT = {
  announcements: {
    onDragStart: () => undefined,
    onDragOver: () => undefined,
    onDragEnd: () => undefined,
    onDragCancel: () => undefined,
  },
  screenReaderInstructions: { draggable: "" },
};
