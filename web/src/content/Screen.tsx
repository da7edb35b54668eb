/** A message as its reader sees it: a mail, a text message, a notice of a phone, a card, or plain fields. */
import { Badge, Code, Table } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Preview } from "../api/types";
import { useWord } from "../i18n/words";
import { isMap, scalarText, type Json } from "../model";
import styles from "./content.module.css";

export type Width = "desktop" | "phone";
export type Part = "html" | "text";

interface Props {
  preview: Preview;
  channel: string;
  width: Width;
  part: Part;
}

export function Screen(props: Props) {
  if (props.channel === "email") return <Mail {...props} />;
  const Shown = SCREENS[props.channel];
  if (!Shown) return <Fields {...props} />;
  return (
    <div className={styles.phone} data-width="phone">
      <Shown {...props} />
    </div>
  );
}

function Mail({ preview, width, part }: Props) {
  const { t } = useTranslation();
  const html = part === "html" ? preview.html : null;
  return (
    <div className={styles.mail} data-width={width}>
      <div className={styles.subject}>
        <span>{t("content.subject")}</span>
        <strong>{preview.subject || t("content.noSubject")}</strong>
      </div>
      {html === null ? (
        <pre className={styles.plain}>{preview.text}</pre>
      ) : (
        <iframe
          className={styles.frame}
          title={t("content.mail")}
          sandbox=""
          referrerPolicy="no-referrer"
          srcDoc={html}
        />
      )}
    </div>
  );
}

function Sms({ preview }: Props) {
  return <div className={styles.bubble}>{preview.text}</div>;
}

function Push({ preview: { fields } }: Props) {
  return (
    <div className={styles.notice}>
      <IconBell size={18} aria-hidden />
      <div>
        <strong>{textIn(fields, "title")}</strong>
        <div>{textIn(fields, "body")}</div>
        <Address url={textIn(fields, "url")} />
      </div>
    </div>
  );
}

/** A picture, or that there is none at its address. */
function Picture({ address }: { address: string }) {
  const { t } = useTranslation();
  const [isGone, setGone] = useState(false);
  if (isGone) return <div className={styles.gone}>{t("content.noPicture")}</div>;
  return <img src={address} alt="" referrerPolicy="no-referrer" onError={() => setGone(true)} />;
}

function Card({ preview: { fields } }: Props) {
  const buttons = Array.isArray(fields.buttons) ? (fields.buttons as Json[]) : [];
  const image = textIn(fields, "image");
  return (
    <div className={styles.card}>
      {image && <Picture key={image} address={image} />}
      <strong>{textIn(fields, "title")}</strong>
      <div>{textIn(fields, "body")}</div>
      <Address url={textIn(fields, "url")} />
      {buttons.filter(isMap).map((button, place) => (
        <span key={place} className={styles.press}>
          {scalarText(button.text)}
        </span>
      ))}
    </div>
  );
}

/** A text as it is, a map such as the columns of a letter as a table. */
function Said({ value }: { value: Json }) {
  if (!isMap(value)) return <Code block>{scalarText(value) || JSON.stringify(value, null, 2)}</Code>;
  return (
    <Table fz="sm" withTableBorder layout="fixed">
      <Table.Tbody>
        {Object.entries(value).map(([name, text]) => (
          <Table.Tr key={name}>
            <Table.Th w="34%" className="code">
              {name}
            </Table.Th>
            <Table.Td className={styles.said}>{scalarText(text)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What a channel has that nothing else is known of. */
function Fields({ preview: { fields } }: Props) {
  const word = useWord();
  return (
    <dl className={styles.fields}>
      {Object.entries(fields).map(([name, value]) => (
        <div key={name}>
          <dt>{word("fields", name)}</dt>
          <dd>
            <Said value={value as Json} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const SCREENS: Partial<Record<string, (props: Props) => React.ReactNode>> = {
  sms: Sms,
  whatsapp: Sms,
  push: Push,
  in_app: Card,
  content_card: Card,
};

function Address({ url }: { url: string }) {
  if (!url) return null;
  return (
    <Badge variant="outline" mt={6} maw="100%">
      {url}
    </Badge>
  );
}

const textIn = (fields: Record<string, unknown>, name: string): string => scalarText(fields[name] as Json);
