/** One text of the content: code with its problems underlined, as a preview of nothing else. */
import { Input, Skeleton } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import { plainWords } from "../canvas/problemWords";
import type { CodeLanguage, Mark } from "../forms/code/CodeField";
import code from "../forms/editors/editors.module.css";
import { useSurroundings } from "../forms/surroundings";
import styles from "./content.module.css";

const CodeField = lazy(() => import("../forms/code/CodeField"));

interface Props {
  path: string;
  value: string;
  onChange: (value: string | undefined) => void;
  label: string;
  language: CodeLanguage;
  placeholder?: string;
  isTall?: boolean;
  /** Tall enough for some lines. */
  isLow?: boolean;
  isLocked?: boolean;
}

export function LiquidField({
  path,
  value,
  onChange,
  label,
  language,
  placeholder,
  isTall,
  isLow,
  isLocked,
}: Props) {
  const { problems } = useSurroundings();
  const mine = useMemo(() => problems.filter((problem) => problem.path === path), [problems, path]);
  const wrong = mine.find((problem) => problem.severity === "error");
  const error = wrong ? plainWords(wrong) : null;
  const marks = useMemo(
    (): Mark[] =>
      mine.map(({ span, message, severity }) => ({
        line: 0,
        column: 0,
        message,
        severity,
        span: span ?? null,
      })),
    [mine],
  );
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <div
        className={`${code.code ?? ""} ${isTall ? (styles.tall ?? "") : ""}`}
        data-low={isLow ? true : undefined}
        data-error={error ? true : undefined}
      >
        <Suspense fallback={<Skeleton height={30} />}>
          <CodeField
            key={path}
            place={path}
            language={language}
            value={value}
            label={label}
            placeholder={placeholder ?? ""}
            diagnostics={marks}
            isReadOnly={isLocked ?? false}
            onChange={(next) => onChange(next || undefined)}
          />
        </Suspense>
      </div>
    </Input.Wrapper>
  );
}
