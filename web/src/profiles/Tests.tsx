/** The tests on the way into a document, in their order, down to the values that each part of a condition saw. */
import { Text, Title } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Explained } from "../api/types";
import styles from "./profiles.module.css";
import { Said } from "./Said";

type Test = NonNullable<Explained["first_failed"]>;
type Leaf = Test["leaves"][number];

export function Tests({ tests, first }: { tests: Test[]; first: Test | null }) {
  const { t } = useTranslation();
  return (
    <>
      <Title order={3} fz="sm" mb={6}>
        {t("why.tests")}
      </Title>
      <ol className={styles.tests}>
        {tests.map((test) => (
          <li key={test.test} className={styles.test} data-first={test.test === first?.test || undefined}>
            <Mark isMet={test.passed} />
            <div>
              <Said isTale text={test.text} />
              {test.would_differ && (
                <Text size="xs" c="dimmed">
                  {t("why.wouldDiffer")} <Said isTale text={test.would_differ} />
                </Text>
              )}
            </div>
            <Leaves leaves={test.leaves} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Leaves({ leaves }: { leaves: Leaf[] }) {
  const { t } = useTranslation();
  if (!leaves.length) return null;
  return (
    <ul className={styles.leaves}>
      {leaves.map((leaf, index) => (
        <li key={index} className={styles.leaf}>
          <Mark isMet={leaf.met === leaf.wanted} size={13} />
          <div>
            {!leaf.wanted && `${t("why.not")} `}
            <span className="code">{leaf.text}</span>
            {leaf.text_of_values && (
              <span className={styles.quiet}>
                {" – "}
                <Said isTale text={leaf.text_of_values} />
              </span>
            )}
            <Leaves leaves={leaf.inside} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Mark({ isMet, size = 16 }: { isMet: boolean; size?: number }) {
  const { t } = useTranslation();
  const Picture = isMet ? IconCheck : IconX;
  return (
    <Picture
      size={size}
      stroke={2.2}
      color={`var(--mantine-color-${isMet ? "teal" : "red"}-6)`}
      style={{ marginTop: 2 }}
      role="img"
      aria-label={isMet ? t("why.passed") : t("why.failed")}
    />
  );
}
