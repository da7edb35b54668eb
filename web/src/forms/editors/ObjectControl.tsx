import { mapOf, Form } from "../Form";
import type { ControlProps } from "../control";
import { resolve } from "../schema";
import styles from "./editors.module.css";

/** A value that is a form of its own. */
export function ObjectControl({ schema, root, value, onChange, label, path }: ControlProps) {
  return (
    <fieldset className={styles.box}>
      <legend className={styles.legend}>{label}</legend>
      <Form
        schema={resolve(schema, root)}
        root={root}
        value={mapOf(value)}
        path={path}
        onChange={(next) => onChange(Object.keys(next).length ? next : undefined)}
      />
    </fieldset>
  );
}
