/** Errors of other documents that stop every publication: each document with the way to it. */
import { Alert, Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { get, post } from "../api/client";
import type { Problem } from "../api/types";
import { problemWords } from "../canvas/problemWords";
import { addressOf } from "../documents/sections";
import { useWord } from "../i18n/words";
import { Marked } from "../profiles/Said";
import type { Doc } from "../model";
import { Loading } from "../shell/States";
import styles from "./publish.module.css";

const SHOWN = 3;
const DOCUMENTS = 8;

interface Found {
  problems: Problem[];
}

/** `unsaved`: the open document, where it is not as it is saved. */
export function OthersWrong({ unsaved }: { unsaved: Doc | null }) {
  const { t } = useTranslation();
  const word = useWord();
  const problems = useQuery({
    queryKey: ["drafts", "problems", unsaved],
    queryFn: () =>
      unsaved
        ? post<Found>("/api/drafts/check", { documents: [unsaved] })
        : get<Found>("/api/drafts/problems"),
    gcTime: 0,
  });
  if (!problems.data) return <Loading height={80} />;
  const documents = byDocument(problems.data.problems.filter(({ severity }) => severity === "error"));
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={t("publish.others")}>
      <Text size="sm">{t("publish.othersText")}</Text>
      <ul className={styles.others}>
        {documents.slice(0, DOCUMENTS).map(([key, mine]) => {
          const [first] = mine;
          return (
            <li key={key}>
              {first?.document ? (
                <Anchor component={Link} href={addressOf(first.document.kind, first.document.id)} size="sm">
                  {word("kinds", first.document.kind)} · <span className="code">{first.document.id}</span>
                </Anchor>
              ) : (
                <span className="code">{key}</span>
              )}
              <ul>
                {mine.slice(0, SHOWN).map((problem, index) => (
                  <li key={index}>
                    <Marked text={problemWords(problem)} />
                  </li>
                ))}
                {mine.length > SHOWN && <li>{t("publish.othersMore", { count: mine.length - SHOWN })}</li>}
              </ul>
            </li>
          );
        })}
        {documents.length > DOCUMENTS && (
          <li>{t("publish.othersMore", { count: documents.length - DOCUMENTS })}</li>
        )}
      </ul>
    </Alert>
  );
}

/** Errors of one document together; those of none by their file. */
function byDocument(problems: readonly Problem[]): [string, Problem[]][] {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { document, file } = problem;
    const key = document ? `${document.kind}/${document.id}` : (file ?? "");
    found.set(key, [...(found.get(key) ?? []), problem]);
  }
  return [...found];
}
