/** A text to be put elsewhere: an address, a key. */
import { ActionIcon, Code, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function Copied({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div style={{ display: "flex", gap: 6, alignItems: "center" }}>
      <Code style={{ overflowWrap: "anywhere" }}>{text}</Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <ActionIcon aria-label={t("browsers.copyOf", { name })} onClick={copy}>
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          </ActionIcon>
        )}
      </CopyButton>
    </div>
  );
}
