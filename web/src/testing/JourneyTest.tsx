/** Test mode of what is open on the canvas. */
import { useScene } from "../canvas/scene";
import TestPanel from "./TestPanel";

export default function JourneyTest() {
  const { document, types } = useScene();
  return <TestPanel document={document} types={types} />;
}
