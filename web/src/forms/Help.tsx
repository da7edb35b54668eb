/** What a field is for, below it. */
import type { Schema } from "../api/types";
import { plain } from "../i18n/plain";
import { told } from "../i18n/told";
import styles from "./editors/editors.module.css";

export function Help({ schema: { description } }: { schema: Schema }) {
  if (!description) return null;
  return <p className={styles.help}>{told(plain(description))}</p>;
}
