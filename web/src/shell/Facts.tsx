/** The few numbers that matter most on a page, in a row. */
import type { ReactNode } from "react";
import { number } from "../i18n/format";
import styles from "./Facts.module.css";

export interface Fact {
  name: string;
  label: string;
  shown: ReactNode;
  /** The whole number, where a short one is shown. */
  exact?: number;
  isBad?: boolean;
}

export function Facts({ facts, label }: { facts: readonly Fact[]; label?: string }) {
  return (
    <dl className={styles.facts} aria-label={label}>
      {facts.map(({ name, label: title, shown, exact, isBad }) => (
        <div key={name} data-bad={isBad || undefined}>
          <dt>{title}</dt>
          <dd className="numbers" title={exact === undefined ? undefined : number(exact)}>
            {shown}
          </dd>
        </div>
      ))}
    </dl>
  );
}
