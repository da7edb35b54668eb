import { Input, Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { ControlProps } from "../control";

const RuleBuilder = lazy(() => import("../../rules/RuleBuilder"));

/** A condition: nested groups, and what is tested in them. */
export function ConditionControl({ value, onChange, label, error, isRequired }: ControlProps) {
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <div style={{ marginTop: 4 }}>
        <Suspense fallback={<Skeleton height={80} />}>
          <RuleBuilder value={value} onChange={onChange} label={label} isRequired={isRequired} />
        </Suspense>
      </div>
    </Input.Wrapper>
  );
}
