/** The first visit: the code that the server showed makes the first account. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useSearch } from "wouter";
import type { Welcome } from "../api/types";
import { Doorway } from "./Doorway";
import { useEntering } from "./session";
import { Refusal } from "./SignIn";

interface Wish {
  code: string;
  name: string;
  password: string;
  display_name?: string;
}

export function SetUp({ welcome }: { welcome: Welcome }) {
  const { t } = useTranslation();
  const code = new URLSearchParams(useSearch()).get("code") ?? "";
  const [wish, setWish] = useState<Wish>({ code, name: "", password: "", display_name: "" });
  const entering = useEntering<Wish>("/api/setup");
  const bind = (field: keyof Wish) => ({
    value: wish[field] ?? "",
    onChange: (event: { currentTarget: { value: string } }) =>
      setWish({ ...wish, [field]: event.currentTarget.value }),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { display_name: shown, ...rest } = wish;
    entering.mutate(shown ? { ...rest, display_name: shown } : rest);
  };
  return (
    <Doorway workspace={welcome.workspace.name} title={t("session.setUp")} text={t("session.setUpText")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Refusal error={entering.error} />
          <TextInput
            size="sm"
            label={t("session.code")}
            description={t("session.codeHint")}
            autoComplete="one-time-code"
            required
            withAsterisk={false}
            {...bind("code")}
          />
          <TextInput
            size="sm"
            label={t("session.displayName")}
            autoComplete="name"
            autoFocus={code !== ""}
            {...bind("display_name")}
          />
          <TextInput
            size="sm"
            label={t("session.name")}
            autoComplete="username"
            required
            withAsterisk={false}
            {...bind("name")}
          />
          <PasswordInput
            label={t("session.password")}
            description={t("session.passwordHint")}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
            required
            withAsterisk={false}
            {...bind("password")}
          />
          <Button type="submit" size="sm" mt={6} loading={entering.isPending}>
            {t("session.setUpDo")}
          </Button>
        </Stack>
      </form>
    </Doorway>
  );
}
