/** A sentence of the server, in the user's language: what stands between backticks is code. */
import { told } from "../i18n/told";

export function Said({ text }: { text: string }) {
  return told(text)
    .split(/`+/)
    .map((part, index) =>
      index % 2 ? (
        <span key={index} className="code">
          {part}
        </span>
      ) : (
        part
      ),
    );
}
