import { Input, Skeleton } from "@mantine/core";
import { lazy, Suspense, useId } from "react";
import { useTranslation } from "react-i18next";
import { scalarText } from "../../model";
import type { ControlProps } from "../control";
import { useFunctions, useObjects, useSurroundings } from "../surroundings";
import styles from "./editors.module.css";

const CodeField = lazy(() => import("../code/CodeField"));

const NONE = {};

/** An expression, with the names that it may use offered as one types. */
export function ExpressionControl({
  value,
  onChange,
  label,
  error,
  isRequired,
  hideLabel,
}: ControlProps & { hideLabel?: boolean }) {
  const { t } = useTranslation();
  const objects = useObjects();
  const functions = useFunctions();
  const { columns } = useSurroundings();
  const id = useId();
  const text = scalarText(value);
  return (
    <Input.Wrapper label={hideLabel ? undefined : label} error={error} labelElement="div" labelProps={{ id }}>
      <div className={styles.code} data-error={error ? true : undefined}>
        <Suspense fallback={<Skeleton height={29} />}>
          <CodeField
            language="expression"
            value={text}
            label={label}
            placeholder={columns ? "" : t("forms.expressionHint")}
            objects={objects}
            functions={functions}
            columns={columns ?? NONE}
            onChange={(next) => onChange(next || (isRequired ? "" : undefined))}
          />
        </Suspense>
      </div>
    </Input.Wrapper>
  );
}
