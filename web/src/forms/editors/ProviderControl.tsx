/** The providers that exist for the channel's type, and the settings that the chosen one has. */
import { Input, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { textOf } from "../../model";
import { parsePath, readAt } from "../../path";
import { Said } from "../../profiles/Said";
import type { ControlProps } from "../control";
import { Form, mapOf } from "../Form";
import { useSurroundings } from "../surroundings";
import styles from "./editors.module.css";
import { JsonControl } from "./JsonControl";

function useProviders() {
  const type = textOf(useSurroundings().document.type);
  return useCatalog().data?.channels.find((one) => one.type === type)?.providers ?? [];
}

export function ProviderControl({ value, onChange, label, error }: ControlProps) {
  const { t } = useTranslation();
  const providers = useProviders();
  const chosen = textOf(value);
  const summary = providers.find(({ name }) => name === chosen)?.summary;
  const names = providers.map(({ name }) => name);
  const data = chosen && !names.includes(chosen) ? [...names, chosen] : names;
  return (
    <Select
      label={label}
      error={error}
      description={summary && <Said text={summary} />}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={data}
      value={chosen || null}
      placeholder={t("forms.choose")}
      allowDeselect={false}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}

/** Settings stand beside the `provider` whose they are: in the channel, or in one of its fallbacks. */
export function SettingsControl(props: ControlProps) {
  const { value, onChange, label, path, error } = props;
  const { t } = useTranslation();
  const { document } = useSurroundings();
  const place = [...parsePath(path).slice(0, -1), "provider"];
  const name = textOf(readAt(document, place));
  const provider = useProviders().find((one) => one.name === name);
  if (!provider) return <JsonControl {...props} />;
  const schema = provider.settings as Schema;
  return (
    <fieldset className={styles.box}>
      <legend className={styles.legend}>{label}</legend>
      {error && <Input.Error mb={6}>{error}</Input.Error>}
      {Object.keys(schema.properties ?? {}).length ? (
        <Form
          schema={schema}
          root={schema}
          value={mapOf(value)}
          path={path}
          onChange={(next) => onChange(Object.keys(next).length ? next : undefined)}
        />
      ) : (
        <Stack gap={0}>
          <Input.Description>{t("forms.noSettings")}</Input.Description>
        </Stack>
      )}
    </fieldset>
  );
}
