import { Input } from "@mantine/core";
import type { ControlProps } from "../control";
import { ConditionEditor } from "./ConditionEditor";

/** A condition: nested groups, and what is tested in them. */
export function ConditionControl({ value, onChange, label, error, isRequired }: ControlProps) {
  return (
    <Input.Wrapper label={label} error={error} labelElement="div">
      <div style={{ marginTop: 4 }}>
        <ConditionEditor value={value} onChange={onChange} label={label} canClear={!isRequired} depth={0} />
      </div>
    </Input.Wrapper>
  );
}
