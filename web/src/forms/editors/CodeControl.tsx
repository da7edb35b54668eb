import { Input, Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import { textOf } from "../../model";
import type { CodeLanguage } from "../code/CodeField";
import type { ControlProps } from "../control";
import styles from "./editors.module.css";

const CodeField = lazy(() => import("../code/CodeField"));

const LANGUAGES: Partial<Record<string, CodeLanguage>> = { sql: "sql", liquid: "line" };

/** Longer text in some language: HTML, MJML, Liquid, SQL. */
export function CodeControl({ schema, value, onChange, label, path, error, isRequired }: ControlProps) {
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <div className={styles.code} data-error={error ? true : undefined}>
        <Suspense fallback={<Skeleton height={30} />}>
          <CodeField
            place={path}
            language={LANGUAGES[schema["x-editor"] ?? ""] ?? "markup"}
            value={textOf(value)}
            label={label}
            onChange={(next) => onChange(next || (isRequired ? "" : undefined))}
          />
        </Suspense>
      </div>
    </Input.Wrapper>
  );
}
