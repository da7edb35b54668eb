/** What stands where nothing can be shown yet: loading, nothing there, an error. */
import { Alert, Button, Center, Code, Loader, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconMapQuestion, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import type { Problem } from "../api/types";
import { ErrorCode } from "./ErrorCode";
import styles from "./States.module.css";
import { Said } from "../profiles/Said";

export function Loading({ height = 240 }: { height?: number | string }) {
  const { t } = useTranslation();
  return (
    <Center h={height} role="status" aria-label={t("shell.loading")}>
      <Loader size="sm" type="dots" />
    </Center>
  );
}

interface EmptyProps {
  icon: Icon;
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}

export function Empty({ icon: Picture, title, text, children }: EmptyProps) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap={6} maw={420} ta="center">
        <Picture size={34} stroke={1.3} color="var(--quiet)" aria-hidden />
        <Title order={2} fz="lg" mt={6}>
          {title}
        </Title>
        {text && (
          <Text c="dimmed" size="md" component="div">
            {text}
          </Text>
        )}
        {children && <div style={{ marginTop: 12 }}>{children}</div>}
      </Stack>
    </Center>
  );
}

/** There is nothing at this address: what the server says of it, and the way on. */
export function Nowhere({ said, back = "/" }: { said?: ReactNode; back?: string }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={IconMapQuestion}
      title={t("shell.notFound")}
      text={<p className="sentence">{said ?? t("shell.notFoundText")}</p>}
    >
      <Button component={Link} href={back} variant="default">
        {t(back === "/" ? "shell.toOverview" : "shell.toList")}
      </Button>
    </Empty>
  );
}

const SHOWN = 8;

/** What is wrong with documents, each with its place. */
function Wrongs({ problems }: { problems: readonly Problem[] }) {
  return (
    <ul className={styles.wrongs}>
      {problems.slice(0, SHOWN).map((problem, index) => (
        <li key={index}>
          <Said text={problem.message} />{" "}
          <span className={styles.where}>
            {[problem.file && `${problem.file}:${problem.line ?? 1}`, problem.code]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </li>
      ))}
      {problems.length > SHOWN && <li>…</li>}
    </ul>
  );
}

interface FailedProps {
  error: unknown;
  retry?: () => void;
  /** Where the list is of which this would be one. */
  back?: string;
}

export function Failed({ error, retry, back }: FailedProps) {
  const { t } = useTranslation();
  const known = error instanceof ApiError ? error : null;
  const problems = known?.problems ?? [];
  if (known?.status === 404 && back) return <Nowhere said={<Said text={known.message} />} back={back} />;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={
        problems.length > 0 ? (
          t("problems.errors", { count: problems.length })
        ) : (
          <span className="sentence">{known ? <Said text={known.message} /> : t("errors.unexpected")}</span>
        )
      }
      m="md"
    >
      <Stack gap="xs" align="flex-start">
        {problems.length > 0 && <Wrongs problems={problems} />}
        {known?.hint && (
          <Text size="sm" className="sentence">
            <Said text={known.hint} />
          </Text>
        )}
        {known?.code ? <ErrorCode code={known.code} /> : <Code>{String(error)}</Code>}
        {retry && (
          <Button variant="default" onClick={retry}>
            {t("actions.again")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
