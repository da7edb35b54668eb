/** A file on its way in: what its rows are, which column is what, what would go wrong, and the start. */
import { Button, Group, Select, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, post } from "../api/client";
import type { ImportTarget, Upload } from "../api/types";
import { ZONES } from "../forms/editors/ZoneControl";
import { number } from "../i18n/format";
import { Refusal } from "../setup/Refusal";
import { Failed, Loading } from "../shell/States";
import { ColumnTable } from "./ColumnTable";
import {
  bytes,
  ENCODINGS,
  isByRow,
  isCsv,
  mappingOf,
  pathOf,
  spoken,
  useColumns,
  useLook,
  useRules,
  useTargets,
  useUploadAct,
  type Mapping,
} from "./imports";
import styles from "./imports.module.css";
import { KeepRule } from "./KeepRule";
import { LookPanel } from "./LookPanel";

const TWICE = "UPLOAD-004";

interface Props {
  upload: Upload;
  onClose: () => void;
}

export function MappingDesk({ upload, onClose }: Props) {
  const targets = useTargets();
  if (targets.error) return <Failed error={targets.error} />;
  if (!targets.data) return <Loading />;
  return <Desk upload={upload} onClose={onClose} targets={targets.data} />;
}

function Desk({ upload, onClose, targets }: Props & { targets: ImportTarget[] }) {
  const { t, i18n } = useTranslation();
  const before = upload.mapping;
  const [id, setTarget] = useState(before?.target ?? "profiles");
  const [encoding, setEncoding] = useState(before?.encoding ?? "utf-8");
  const [zone, setZone] = useState(before?.timezone ?? null);
  const [rule, setRule] = useState<string | null>(null);
  const [edited, edit] = useState<Record<string, string>>(before?.columns ?? {});
  const rules = useRules().data ?? [];
  const target = targets.find((one) => one.id === id) ?? targets[0];
  const found = useColumns(upload.id, target?.id ?? id, encoding);
  const kept = rules.find((one) => one.id === rule)?.columns ?? {};
  const columns = found.data && target ? { ...mappingOf(found.data, target, kept), ...edited } : null;
  const mapping: Mapping | null = columns && {
    target: id,
    columns: spoken(columns),
    timezone: zone,
    encoding,
  };
  const look = useLook(upload.id, mapping);
  const starting = useUploadAct(async (again: boolean) => {
    await post(pathOf(upload.id, "/start"), { ...mapping, again });
    onClose();
  }, true);
  const isTwice = starting.error instanceof ApiError && starting.error.code === TWICE;
  const anew = (): void => edit({});
  return (
    <div className={styles.page}>
      <Group justify="space-between" align="flex-end">
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<IconArrowLeft size={14} />}
            onClick={onClose}
          >
            {t("imports.back")}
          </Button>
          <Title order={2} fz={18} style={{ overflowWrap: "anywhere" }}>
            {upload.name}
          </Title>
          <Text size="sm" c="dimmed">
            {bytes(upload.size, i18n.language)}
            {upload.about_rows !== null &&
              ` · ${t("imports.aboutRows", { rows: number(upload.about_rows) })}`}
          </Text>
        </div>
        <Button
          leftSection={<IconPlayerPlay size={15} />}
          loading={starting.isPending}
          disabled={!look.data || look.data.error !== null}
          onClick={() => starting.mutate(isTwice)}
        >
          {t(isTwice ? "imports.again" : "imports.start")}
        </Button>
      </Group>
      <Refusal error={starting.error} />
      <Refusal error={upload.error} />
      <div className={styles.choices}>
        <Select
          label={t("imports.target")}
          data={targets.map((one) => ({ value: one.id, label: nameOf(one) }))}
          value={id}
          allowDeselect={false}
          searchable
          onChange={(next) => {
            setTarget(next ?? id);
            setRule(null);
            anew();
          }}
        />
        <Select
          label={t("imports.rule")}
          placeholder={t("imports.suggested")}
          data={rules.filter((one) => one.target === id).map((one) => one.id)}
          value={rule}
          clearable
          onChange={(next) => {
            const chosen = rules.find((one) => one.id === next);
            setRule(next);
            if (chosen) {
              setEncoding(chosen.encoding);
              setZone(chosen.timezone ?? null);
            }
            anew();
          }}
        />
        {isCsv(upload.name) && (
          <Select
            label={t("imports.encoding")}
            data={ENCODINGS}
            value={encoding}
            allowDeselect={false}
            onChange={(next) => setEncoding(next ?? encoding)}
          />
        )}
        <Select
          label={t("imports.zone")}
          placeholder={t("imports.noZone")}
          data={ZONES}
          value={zone}
          searchable
          clearable
          limit={200}
          onChange={setZone}
        />
      </div>
      {found.error && <Failed error={found.error} />}
      {found.isPending && <Loading height={120} />}
      {found.data && target && columns && (
        <ColumnTable
          found={found.data}
          target={target}
          columns={columns}
          isByRow={isByRow(upload.name)}
          onChange={(name, attribute) => edit({ ...edited, [name]: attribute })}
        />
      )}
      {look.data && <LookPanel look={look.data} isStale={look.isPlaceholderData} />}
      {mapping && look.data?.error === null && <KeepRule mapping={mapping} name={upload.name} rule={rule} />}
    </div>
  );

  function nameOf(one: ImportTarget): string {
    if (one.id === "profiles" || one.id === "events") return t(`imports.targets.${one.id}`);
    return one.title ?? one.id;
  }
}
