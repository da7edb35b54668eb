/** A number, and the way to the profiles behind it for who may see them. */
import { useTranslation } from "react-i18next";
import { number, short } from "../i18n/format";
import { useMay } from "../session/session";
import { showCrowd, type Ask } from "./crowd";
import styles from "./Count.module.css";

interface Props {
  /** Null: of all documents together. */
  document: string | null;
  value: number;
  /** What is counted. */
  of: string;
  ask: Ask;
  isShort?: boolean;
  /** What stands there in place of the number, such as a share. */
  shown?: string;
}

export function Count({ document, value, of, ask, isShort = false, shown: said }: Props) {
  const { t } = useTranslation();
  const maySee = useMay("profiles");
  const shown = said ?? (isShort ? short(value) : number(value));
  if (!maySee || value === 0)
    return (
      <span className="numbers" title={number(value)}>
        {shown}
      </span>
    );
  return (
    <button
      type="button"
      className={`${styles.count ?? ""} numbers`}
      title={number(value)}
      aria-label={t("crowd.open", { value: number(value), of })}
      onClick={() => showCrowd({ document, title: `${of} (${number(value)})`, ask })}
    >
      {shown}
    </button>
  );
}
