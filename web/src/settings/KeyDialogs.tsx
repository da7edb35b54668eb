/** What is done with a key: its secret is shown once, it gets another one, its requests are limited. */
import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Input,
  Modal,
  NumberInput,
  Select,
  Stack,
  Text,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { patch, post } from "../api/client";
import type { ApiKey, MadeKey } from "../api/types";
import { KEY } from "./keys";
import styles from "./Settings.module.css";

const GRACES = ["0s", "1h", "1d", "7d", "30d", "90d"] as const;
const PERIODS = ["s", "m", "h", "d"] as const;

interface Props {
  apiKey: ApiKey;
  name: string;
  onClose: () => void;
}

const pathOf = (id: string): string => `/api/keys/${encodeURIComponent(id)}`;

export function RotateKey({ apiKey, name, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [grace, setGrace] = useState<string>("1d");
  const rotating = useMutation({
    mutationFn: () => post<MadeKey>(`${pathOf(apiKey.id)}/rotate`, { grace }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <Modal opened onClose={onClose} title={t("keysPage.rotateTitle", { name })}>
      {rotating.data ? (
        <Secret secret={rotating.data.secret} onClose={onClose} />
      ) : (
        <Stack gap="sm">
          <Text size="sm">{t("keysPage.rotateText")}</Text>
          <Select
            label={t("keysPage.grace")}
            data={GRACES.map((value) => ({ value, label: t(`keysPage.graces.${value}`) }))}
            value={grace}
            allowDeselect={false}
            onChange={(next) => setGrace(next ?? grace)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("actions.cancel")}
            </Button>
            <Button loading={rotating.isPending} onClick={() => rotating.mutate()}>
              {t("keysPage.rotate")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

export function LimitKey({ apiKey, name, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [rate, setRate] = useState(apiKey.rate ?? "");
  const changing = useMutation({
    mutationFn: () => patch(pathOf(apiKey.id), { rate: rate || null }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: KEY });
      onClose();
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t("keysPage.changeTitle", { name })}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <RateField value={rate} onChange={setRate} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("actions.cancel")}
            </Button>
            <Button type="submit" loading={changing.isPending}>
              {t("actions.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface RateProps {
  value: string;
  onChange: (rate: string) => void;
}

/** `100/s`; empty: no limit. */
export function RateField({ value, onChange }: RateProps) {
  const { t } = useTranslation();
  const id = useId();
  const [, count, period = "s"] = /^(\d+)\/([smhd])$/.exec(value) ?? [];
  const [unit, setUnit] = useState(period);
  const set = (next: number | string, per: string): void =>
    onChange(typeof next === "number" && next > 0 ? `${next}/${per}` : "");
  return (
    <Input.Wrapper
      label={t("keysPage.rate")}
      description={t("keysPage.rateHint")}
      labelProps={{ htmlFor: id }}
    >
      <Group gap={8} wrap="nowrap" mt={4}>
        <NumberInput
          id={id}
          min={1}
          allowDecimal={false}
          value={count === undefined ? "" : Number(count)}
          onChange={(next) => set(next, unit)}
        />
        <Select
          aria-label={t("forms.unit", { label: t("keysPage.rate") })}
          data={PERIODS.map((one) => ({ value: one, label: t(`per.${one}`) }))}
          value={unit}
          allowDeselect={false}
          onChange={(next) => {
            setUnit(next ?? unit);
            if (count !== undefined) set(Number(count), next ?? unit);
          }}
        />
      </Group>
    </Input.Wrapper>
  );
}

export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="yellow">{t("keysPage.once")}</Alert>
      <Code block className={styles.secret}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t("keysPage.copied") : t("actions.copy")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t("actions.close")}</Button>
      </Group>
    </Stack>
  );
}
