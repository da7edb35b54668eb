/** Beside the form of a source or action: one real call, as the document stands, saved or not. */
import { Alert, Badge, Button, Group, Select, Table, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../api/client";
import type { Attempted } from "../api/types";
import { useDocument } from "../editor/EditorProvider";
import { number } from "../i18n/format";
import { useWord } from "../i18n/words";
import { valueText } from "../i18n/values";
import type { Json } from "../model";
import { Said } from "../profiles/Said";
import { Refusal } from "./Refusal";
import { givenValues, parametersOf } from "./parameters";
import styles from "./setup.module.css";

export default function TryPanel() {
  const { t } = useTranslation();
  const word = useWord();
  const document = useDocument();
  const parameters = parametersOf(document.parameters);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const call = useMutation({
    mutationFn: () =>
      post<Attempted>("/api/try/call", { document, parameters: givenValues(parameters, typed) }),
    meta: { quiet: true },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    call.mutate();
  };
  return (
    <div className={styles.side}>
      <form onSubmit={submit} className={styles.side} style={{ padding: 0 }}>
        <Text size="sm" c="dimmed">
          {document.kind === "action" ? t("try.aboutAction") : t("try.about")}
        </Text>
        {parameters.map(({ name, type }) =>
          type === "boolean" ? (
            <Select
              key={name}
              label={name}
              data={(["true", "false"] as const).map((value) => ({ value, label: t(`booleans.${value}`) }))}
              value={typed[name] ?? null}
              clearable
              onChange={(next) => setTyped({ ...typed, [name]: next ?? "" })}
            />
          ) : (
            <TextInput
              key={name}
              label={name}
              placeholder={word("values", type, type)}
              value={typed[name] ?? ""}
              onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
            />
          ),
        )}
        <Button
          type="submit"
          style={{ alignSelf: "flex-start" }}
          leftSection={<IconPlayerPlay size={14} />}
          loading={call.isPending}
        >
          {t("try.now")}
        </Button>
      </form>
      <div aria-live="polite">
        <Refusal error={call.error} />
        {call.data && <Answer answer={call.data} />}
      </div>
    </div>
  );
}

function Answer({ answer: { status, detail, fields, request, reply, took_ms } }: { answer: Attempted }) {
  const { t } = useTranslation();
  const isGood = /^2\d\d$/.test(status);
  const declared = Object.entries(fields) as [string, Json][];
  return (
    <section className={styles.answer} aria-label={t("try.answer")}>
      <Group gap={8}>
        <Badge color={isGood ? "teal" : "red"}>{status}</Badge>
        <Text size="sm">{t("try.took", { ms: number(Math.round(took_ms)) })}</Text>
      </Group>
      {detail && (
        <Alert color="red">
          <Said text={detail} />
        </Alert>
      )}
      {declared.length > 0 && (
        <>
          <Title order={3} fz="sm">
            {t("try.fields")}
          </Title>
          <Table fz="sm" verticalSpacing={4}>
            <Table.Tbody>
              {declared.map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Th className="code">{name}</Table.Th>
                  <Table.Td>{valueText(value)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
      {reply && (
        <>
          <Title order={3} fz="sm">
            {t("try.body")}
          </Title>
          <pre tabIndex={0}>{pretty(reply.body) || t("try.noBody")}</pre>
          {reply.cut && (
            <Text size="xs" c="dimmed">
              {t("try.cut")}
            </Text>
          )}
        </>
      )}
      {request && (
        <>
          <Title order={3} fz="sm">
            {t("try.request")}
          </Title>
          <pre tabIndex={0}>
            {[
              `${request.method} ${request.url}`,
              ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
              ...(request.body === null ? [] : ["", request.body]),
            ].join("\n")}
          </pre>
        </>
      )}
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
