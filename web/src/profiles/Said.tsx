/** A sentence of the server, in the user's language: what stands between backticks is code. */
import { withInstants } from "../i18n/format";
import { told } from "../i18n/told";

interface Props {
  text: string;
  /** It tells what happened: its instants are by the reader's clock. Elsewhere they are examples, or values. */
  isTale?: boolean;
}

export function Said({ text, isTale = false }: Props) {
  return <Marked text={told(text)} isTale={isTale} />;
}

/** A sentence that is in the user's language already. */
export function Marked({ text, isTale = false }: Props) {
  return text.split(/`+/).map((part, index) =>
    index % 2 ? (
      <span key={index} className="code">
        {part}
      </span>
    ) : isTale ? (
      withInstants(part)
    ) : (
      part
    ),
  );
}
