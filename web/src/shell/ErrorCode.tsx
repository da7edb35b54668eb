/** The code of an error, which leads to what the guide says of it. */
import { Anchor, Code } from "@mantine/core";

import { at } from "../root";

const PAGE = at("/docs/reference/errors/#");
const TOLD = /^(?!WARN-|HTTP-)[A-Z]{3,}-\d{3}$/;

export function ErrorCode({ code }: { code: string }) {
  if (!TOLD.test(code)) return <Code>{code}</Code>;
  return (
    <Anchor href={PAGE + code.toLowerCase()} target="_blank" rel="noreferrer" size="sm">
      <Code>{code}</Code>
    </Anchor>
  );
}
