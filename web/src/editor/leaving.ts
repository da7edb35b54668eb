/** Where an editor was opened over another page, and what leads back there. */
import { createContext } from "react";

export const LeaveContext = createContext<(() => void) | null>(null);
