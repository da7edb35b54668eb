/** What a publication would change, before it is done. */
import { Radio, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Rehearsal as Answer } from "../api/types";
import { useWord } from "../i18n/words";
import { Changes } from "./Changes";
import { InsideVersion, type Then } from "./InsideVersion";
import styles from "./publish.module.css";

type Rehearsed = Answer["documents"][number];

interface Props {
  answer: Answer;
  then: Then;
  onThen: (then: Then) => void;
}

export function Rehearsal({ answer: { documents, data }, then, onThen }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const finishing = documents.filter(({ inside }) => inside.some((one) => one.then === "finish"));
  const mayMove = finishing.some(({ kind }) => kind === "journey");
  const thens: Then[] = mayMove ? ["finish", "move", "leave"] : ["finish", "leave"];
  return (
    <>
      {documents.map((document) => (
        <section key={document.id}>
          <dl className={styles.facts}>
            <dt>{t("publish.version")}</dt>
            <dd>{versionWords(document)}</dd>
            <dt>{t("publish.inside")}</dt>
            <dd>
              {document.inside.length === 0 && t("publish.insideNone")}
              {document.inside.map((one) => (
                <InsideVersion key={one.version} inside={one} then={one.then === "finish" ? then : "stay"} />
              ))}
            </dd>
          </dl>
          {document.version > 1 && document.verdict === "published" && <Changes changes={document.changes} />}
        </section>
      ))}
      {finishing.length > 0 && (
        <Radio.Group label={t("publish.then")} value={then} onChange={(next) => onThen(next)}>
          <Stack gap={6} mt={6}>
            {thens.map((one) => (
              <Radio
                key={one}
                value={one}
                label={t(`publish.thens.${one}`)}
                description={t(`publish.thenTexts.${one}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {data.length > 0 && (
        <section>
          <Title order={3} fz="sm" mb={4}>
            {t(documents.length ? "publish.also" : "publish.data")}
          </Title>
          {data.map((one) => (
            <details key={`${one.kind}/${one.id}`}>
              <summary>
                {word("kinds", one.kind)} · <span className="code">{one.id}</span>
              </summary>
              <Changes changes={one.changes} />
            </details>
          ))}
        </section>
      )}
      {documents.length === 0 && data.length === 0 && <Text c="dimmed">{t("publish.nothingChanged")}</Text>}
    </>
  );

  function versionWords({ version, verdict }: Rehearsed): string {
    if (verdict === "already live") return t("publish.already", { version });
    return version === 1 ? t("publish.first") : t("publish.versions", { from: version - 1, to: version });
  }
}
