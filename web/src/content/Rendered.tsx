/** One message as the server renders it, with what is said of it above. */
import { Alert } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Failed, Loading } from "../shell/States";
import { usePreview } from "./previewing";
import { Screen, type Part, type Width } from "./Screen";
import styles from "./content.module.css";
import { told } from "../i18n/told";

interface Props {
  channel: string;
  width: Width;
  part: Part;
  /** Its name, where several are shown. */
  title?: string;
  /** Another template than the open one. */
  id?: string | undefined;
  locale?: string | undefined;
  /** What can be done with it. */
  children?: ReactNode;
}

export function Rendered({ channel, width, part, title, id, locale, children }: Props) {
  const { t } = useTranslation();
  const found = usePreview(locale, id);
  const preview = found.data;
  if (found.error && !preview) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!preview) return <Loading height={200} />;
  return (
    <section
      aria-label={title ?? t("content.preview")}
      className={styles.column}
      aria-busy={found.isFetching}
    >
      {(title ?? children) && (
        <div className={styles.columnHead}>
          <h3 className={styles.columnTitle}>{title}</h3>
          {children}
        </div>
      )}
      {preview.outcome === "rendered" ? (
        <Screen preview={preview} channel={channel} width={width} part={part} />
      ) : preview.outcome === "invalid" ? (
        <Empty icon={IconMail} title={t("content.invalid")} text={t("content.invalidText")} />
      ) : (
        <Alert
          color={preview.outcome === "aborted" ? "yellow" : "red"}
          title={t(preview.outcome === "aborted" ? "content.aborted" : "content.failed")}
        >
          {told(preview.detail)}
        </Alert>
      )}
    </section>
  );
}
