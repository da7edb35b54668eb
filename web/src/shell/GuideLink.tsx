/** The way to a page of the guide. */
import { Anchor } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { at } from "../root";

/** The server has the guide beside the studio. */
const GUIDE = at("/docs/");

export function GuideLink({ page }: { page: string | undefined }) {
  const { t } = useTranslation();
  if (!page) return null;
  return (
    <Anchor
      href={GUIDE + page}
      target="_blank"
      rel="noreferrer"
      size="sm"
      underline="always"
      style={{ whiteSpace: "nowrap" }}
    >
      {t("begin.guide")}
      <IconExternalLink size={13} aria-hidden style={{ marginInlineStart: 3, verticalAlign: "-2px" }} />
    </Anchor>
  );
}
