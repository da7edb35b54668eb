/** Files come in here: sent, mapped and imported, or put into the watched folder. */
import { useTranslation } from "react-i18next";
import { useSearch, useLocation } from "wouter";
import { Loading } from "../shell/States";
import { FileDrop } from "./FileDrop";
import { ImportList } from "./ImportList";
import { InboxPanel } from "./InboxPanel";
import { MappingDesk } from "./MappingDesk";
import styles from "./imports.module.css";
import { useUploads } from "./imports";

export function ImportPage() {
  const { t } = useTranslation();
  const [path, go] = useLocation();
  const chosen = new URLSearchParams(useSearch()).get("file");
  const uploads = useUploads();
  if (!uploads.data) return <Loading />;
  const open = uploads.data.find(({ id, state }) => id === chosen && state !== "done");
  const choose = (id: string | null): void => go(id === null ? path : `${path}?file=${id}`);
  if (open && (open.state === "ready" || open.state === "stopped" || open.state === "failed"))
    return <MappingDesk key={open.id} upload={open} onClose={() => choose(null)} />;
  return (
    <div className={styles.page}>
      <FileDrop onSent={({ id }) => choose(id)} />
      <ImportList uploads={uploads.data} onOpen={choose} />
      <section aria-labelledby="inbox">
        <h2 id="inbox" className={styles.heading}>
          {t("inbox.title")}
        </h2>
        <InboxPanel />
      </section>
    </div>
  );
}
