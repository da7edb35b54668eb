/** Why a profile got something, or did not: asked of any document that was published. */
import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconHelpHexagon } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { documentPath, useDrafts, useStatus } from "../api/hooks";
import type { Explained } from "../api/types";
import { useWord } from "../i18n/words";
import { Empty, Failed, Loading } from "../shell/States";
import { Explanation } from "./Explanation";

export function Why({ id, document: first }: { id: string; document: string | null }) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<string | null>(first);
  const choices = useDocuments();
  return (
    <div>
      <Select
        size="sm"
        maw={460}
        label={t("why.document")}
        placeholder={t("forms.choose")}
        data={choices}
        value={chosen}
        searchable
        allowDeselect={false}
        nothingFoundMessage={t("forms.none")}
        onChange={choose}
      />
      {chosen === null ? (
        <Empty icon={IconHelpHexagon} title={t("why.ask")} text={t("why.askText")} />
      ) : (
        <Answer profile={id} document={chosen} />
      )}
    </div>
  );
}

function Answer({ profile, document }: { profile: string; document: string }) {
  const { t, i18n } = useTranslation();
  const answer = useQuery({
    queryKey: ["explain", document, profile, i18n.language],
    queryFn: () => get<Explained>(`${documentPath(document)}/explain/${encodeURIComponent(profile)}`),
  });
  if (answer.error) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data)
    return (
      <>
        <Loading height={120} />
        <Text size="xs" c="dimmed" ta="center">
          {t("why.reading")}
        </Text>
      </>
    );
  return <Explanation explained={answer.data} />;
}

/** Published documents by their kind. */
function useDocuments(): { group: string; items: { value: string; label: string }[] }[] {
  const word = useWord();
  const names = new Map(useDrafts().data?.map(({ kind, id, name }) => [`${kind}/${id}`, name]));
  const documents = useStatus().data?.documents ?? [];
  return [...new Set(documents.map((one) => one.kind))].map((kind) => ({
    group: word("kinds", kind),
    items: documents
      .filter((one) => one.kind === kind)
      .map(({ id }) => ({ value: id, label: names.get(`${kind}/${id}`) ?? id })),
  }));
}
