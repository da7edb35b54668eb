/** What the colours of the time line mean, as far as they are there. */
import { useTranslation } from "react-i18next";
import type { TimeLineAnswer } from "../api/types";
import type { Doc } from "../model";
import { exceptedWords } from "./lineWords";
import styles from "./triggered.module.css";

export function Legend({ line, document }: { line: TimeLineAnswer; document: Doc }) {
  const { t } = useTranslation();
  const excepted = exceptedWords(line, document);
  const shown = [
    { id: "closed", isThere: line.open !== null, words: t("triggered.line.closed") },
    { id: "outside", isThere: line.during !== null, words: t("triggered.line.outside") },
    { id: "excepted", isThere: excepted !== "", words: t("triggered.line.exceptedBy", { what: excepted }) },
  ].filter((one) => one.isThere);
  if (!shown.length) return null;
  return (
    <ul className={styles.legend}>
      {shown.map(({ id, words }) => (
        <li key={id}>
          <span className={styles.swatch} data-of={id} aria-hidden />
          {words}
        </li>
      ))}
    </ul>
  );
}
