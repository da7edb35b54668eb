/** What a publication would change, before it is done: asked of the server. */
import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import type { Rehearsal as Answer } from "../api/types";
import { number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { Failed, Loading } from "../shell/States";
import { Changes } from "./Changes";
import styles from "./publish.module.css";

type Rehearsed = Answer["documents"][number];

export function Rehearsal({ id, etag }: { id: string; etag: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const rehearsal = useQuery({
    queryKey: ["changes", "rehearsal", id, etag],
    queryFn: () => post<Answer>("/api/publish/preview", { ids: [id] }),
    gcTime: 0,
  });
  if (rehearsal.error) return <Failed error={rehearsal.error} />;
  if (!rehearsal.data) return <Loading height={120} />;
  const { documents, data } = rehearsal.data;
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
                <div key={one.version}>
                  {t(`publish.${one.then}`, {
                    count: one.profiles,
                    shown: number(one.profiles),
                    version: one.version,
                  })}
                </div>
              ))}
            </dd>
          </dl>
          {document.version > 1 && document.verdict === "published" && <Changes changes={document.changes} />}
        </section>
      ))}
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
