/** Name, language, colours, zone, password. */
import {
  Button,
  PasswordInput,
  Select,
  SegmentedControl,
  Stack,
  TextInput,
  Title,
  useMantineColorScheme,
} from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { ZONES } from "../forms/editors/ZoneControl";
import { LANGUAGES, type Language } from "../i18n";
import { useEntering, usePreferences, useSignedIn } from "../session/session";
import { Refusal } from "../session/SignIn";
import { tell } from "../shell/toasts";
import styles from "./Settings.module.css";

const THEMES = ["auto", "light", "dark"] as const;

export function Mine() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const preferences = usePreferences();
  const { setColorScheme } = useMantineColorScheme();
  const [name, setName] = useState(user.display_name);
  return (
    <Stack className={styles.column} gap="lg">
      <TextInput
        size="sm"
        label={t("session.displayName")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={() => {
          if (name && name !== user.display_name) preferences.mutate({ display_name: name });
        }}
      />
      <Select
        size="sm"
        label={t("settings.language")}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        value={user.language}
        allowDeselect={false}
        onChange={(language) => preferences.mutate({ language: language as Language })}
      />
      <div>
        <Title order={2} fz="sm" fw={500} mb={4} id="theme">
          {t("settings.theme")}
        </Title>
        <SegmentedControl
          size="sm"
          aria-labelledby="theme"
          data={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
          value={user.theme}
          onChange={(value) => {
            setColorScheme(value);
            preferences.mutate({ theme: value });
          }}
        />
      </div>
      <Select
        size="sm"
        label={t("settings.zone")}
        description={t("settings.zoneHint")}
        data={ZONES}
        value={user.time_zone}
        searchable
        allowDeselect={false}
        limit={200}
        onChange={(zone) => zone && preferences.mutate({ time_zone: zone })}
      />
      {user.has_password && <NewPassword />}
    </Stack>
  );
}

function NewPassword() {
  const { t } = useTranslation();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const entering = useEntering<{ old: string; new: string }>("/api/session/password");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    entering.mutate(
      { old, new: fresh },
      {
        onSuccess: () => {
          setOld("");
          setFresh("");
          tell(t("settings.passwordChanged"));
        },
      },
    );
  };
  const eye = { "aria-label": t("session.showPassword") };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={2} fz="md">
          {t("settings.password")}
        </Title>
        <Refusal error={entering.error} />
        <PasswordInput
          label={t("settings.oldPassword")}
          autoComplete="current-password"
          visibilityToggleButtonProps={eye}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("settings.newPassword")}
          description={t("session.passwordHint")}
          autoComplete="new-password"
          visibilityToggleButtonProps={eye}
          value={fresh}
          onChange={(event) => setFresh(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          style={{ alignSelf: "flex-start" }}
          loading={entering.isPending}
          disabled={!old || !fresh}
        >
          {t("settings.changePassword")}
        </Button>
      </Stack>
    </form>
  );
}
