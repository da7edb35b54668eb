/** A condition with all that belongs to building it: the palette, the rule itself, and what it comes to. */
import { ActionIcon, Modal, Tooltip } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconArrowsMaximize } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConditionEditor } from "../forms/editors/ConditionEditor";
import { useSurroundings } from "../forms/surroundings";
import type { Json } from "../model";
import RuleBoard from "./board";
import { CountLine } from "./CountLine";
import { CountPanel } from "./CountPanel";
import { RulePalette } from "./RulePalette";
import styles from "./rules.module.css";
import { isWhole } from "./tree";

/** Widths in pixels from which the palette, and the facts as well, have room beside the rule. */
const WITH_PALETTE = 520;
const WITH_ALL = 960;

interface Props {
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  label: string;
  isRequired: boolean;
}

export default function RuleBuilder(props: Props) {
  const { value, label } = props;
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const isOfRows = useSurroundings().columns != null;
  return (
    <>
      <Desk {...props} withFacts={false} />
      <div className={styles.bar}>
        {isOfRows ? <span /> : <CountLine condition={value} />}
        <Tooltip label={t("rules.open")}>
          <ActionIcon size={24} aria-label={t("rules.openOf", { label })} onClick={() => setOpen(true)}>
            <IconArrowsMaximize size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={label} size="min(1240px, 96vw)">
        {isOpen && <Desk {...props} withFacts={!isOfRows} />}
      </Modal>
    </>
  );
}

function Desk({ value, onChange, label, isRequired, withFacts }: Props & { withFacts: boolean }) {
  const question = value !== undefined && isWhole(value) ? { condition: value } : null;
  // Measured, as Chromium at times lays out nothing in a CSS container that was hidden while parts were loaded.
  const { ref, width } = useElementSize();
  return (
    <div ref={ref}>
      <RuleBoard value={value} onChange={onChange}>
        <div
          className={styles.desk}
          data-palette={width >= WITH_PALETTE || undefined}
          data-wide={width >= WITH_ALL || undefined}
          data-facts={withFacts || undefined}
        >
          <RulePalette />
          <ConditionEditor
            value={value}
            onChange={onChange}
            label={label}
            canClear={!isRequired}
            place={[]}
          />
          {withFacts && (
            <div className={styles.facts}>
              <CountPanel question={question} />
            </div>
          )}
        </div>
      </RuleBoard>
    </div>
  );
}
