/** A sentence of the server: what stands between backticks is code. */
export function Said({ text }: { text: string }) {
  return text.split(/`+/).map((part, index) =>
    index % 2 ? (
      <span key={index} className="code">
        {part}
      </span>
    ) : (
      part
    ),
  );
}
