/** The inbox of the provider `log`: messages that went to files, the newest first, each as its reader would see it. */
import { SegmentedControl, Select, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconMail, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { usePages } from "../api/pages";
import type { WrittenMessage, WrittenPage as Page } from "../api/types";
import { instant } from "../i18n/format";
import { isMap, scalarText, type Json } from "../model";
import { ProfileLink } from "../profiles/ProfileLink";
import { Pager } from "../shell/Pager";
import { Empty, Failed, Loading } from "../shell/States";
import styles from "./written.module.css";

const SUBJECTS = ["subject", "title", "text", "body", "url"];

export function WrittenPage() {
  const { t } = useTranslation();
  const [file, setFile] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 250);
  const [open, setOpen] = useState<number | null>(null);
  const pages = usePages(["written", file, search], (before: number | null) => {
    const wish = new URLSearchParams({ limit: "25" });
    if (file) wish.set("file", file);
    if (search) wish.set("search", search);
    if (before !== null) wish.set("before", String(before));
    return get<Page>(`/api/written?${wish.toString()}`);
  });
  if (pages.error) return <Failed error={pages.error} retry={pages.retry} />;
  if (!pages.answer) return <Loading />;
  const { files } = pages.answer;
  if (!files.length)
    return <Empty icon={IconMail} title={t("written.empty")} text={t("written.emptyText")} />;
  const shown = pages.rows.find(({ place }) => place === open) ?? pages.rows[0];
  return (
    <>
      <div className={styles.tools}>
        <TextInput
          leftSection={<IconSearch size={14} />}
          placeholder={t("list.search")}
          aria-label={t("list.search")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          aria-label={t("written.file")}
          data={files.map(({ name }) => name)}
          value={pages.answer.file}
          allowDeselect={false}
          onChange={setFile}
        />
      </div>
      {!shown && <Empty icon={IconSearch} title={t("written.nothing")} />}
      {shown && (
        <div className={styles.desk}>
          <div>
            <ol className={styles.list} aria-label={t("written.name")}>
              {pages.rows.map((message) => (
                <li key={message.place}>
                  <UnstyledButton
                    className={styles.line}
                    aria-current={message === shown || undefined}
                    onClick={() => setOpen(message.place)}
                  >
                    <span className={styles.to}>
                      {scalarText(message.to as Json) || message.profile || "–"}
                    </span>
                    <time className={styles.quiet} dateTime={message.at ?? ""}>
                      {instant(message.at)}
                    </time>
                    <span className={styles.subject}>{subjectOf(message) || t("written.noSubject")}</span>
                  </UnstyledButton>
                </li>
              ))}
            </ol>
            <Pager pages={pages} />
          </div>
          <Message key={shown.place} message={shown} />
        </div>
      )}
    </>
  );
}

function subjectOf({ fields }: WrittenMessage): string {
  const name = SUBJECTS.find((one) => typeof fields[one] === "string" && fields[one]);
  return name ? String(fields[name]) : "";
}

function Message({ message }: { message: WrittenMessage }) {
  const { t } = useTranslation();
  const { fields, to, profile, of, at } = message;
  const html = typeof fields.html === "string" ? fields.html : null;
  const text = [fields.text, fields.body].find((one) => typeof one === "string");
  const parts = [html !== null && "html", text !== undefined && "text", "fields"].filter(
    (one): one is "html" | "text" | "fields" => one !== false,
  );
  const [part, setPart] = useState(parts[0] ?? "fields");
  return (
    <article className={styles.message} aria-label={subjectOf(message) || t("written.noSubject")}>
      <h2 className={styles.title}>{subjectOf(message) || t("written.noSubject")}</h2>
      <div className={styles.quiet}>
        {t("written.to")}: {isMap(to as Json) ? JSON.stringify(to) : scalarText(to as Json) || "–"} ·{" "}
        {instant(at, true)}
        {of && ` · ${of}`}
        {profile && (
          <>
            {" · "}
            <ProfileLink id={profile} />
          </>
        )}
      </div>
      {parts.length > 1 && (
        <SegmentedControl
          size="xs"
          style={{ alignSelf: "flex-start" }}
          data={parts.map((value) => ({ value, label: t(`written.${value}`) }))}
          value={part}
          onChange={(next) => setPart(next)}
        />
      )}
      {part === "html" && html !== null && (
        <iframe
          className={styles.frame}
          title={t("written.html")}
          sandbox=""
          referrerPolicy="no-referrer"
          srcDoc={html}
        />
      )}
      {part === "text" && <pre className={styles.plain}>{text as string}</pre>}
      {part === "fields" && <pre className={styles.plain}>{JSON.stringify(fields, null, 2)}</pre>}
    </article>
  );
}
