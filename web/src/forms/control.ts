/** What each editor of a field is given. */
import type { Schema } from "../api/types";
import type { Json } from "../model";

export interface ControlProps {
  schema: Schema;
  root: Schema;
  value: Json | undefined;
  /** `undefined` takes the field out of the document. */
  onChange: (value: Json | undefined) => void;
  label: string;
  /** The place inside the form, such as `paths[0].when`. */
  path: string;
  error: string | null;
  isRequired: boolean;
}
