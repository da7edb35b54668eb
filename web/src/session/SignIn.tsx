/** Name and password, or the organisation's own sign-in. */
import { Alert, Button, Divider, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import { ApiError } from "../api/client";
import type { Welcome } from "../api/types";
import { Doorway } from "./Doorway";
import { Said } from "../profiles/Said";
import { at } from "../root";
import { useEntering } from "./session";

export function SignIn({ welcome }: { welcome: Welcome }) {
  const { t } = useTranslation();
  const { oidc, password } = welcome.sign_in;
  const [path] = useLocation();
  const search = useSearch();
  const here = path === "/sign-in" ? "/" : path + (search && `?${search}`);
  const begin = at(`/api/oidc/begin?next=${encodeURIComponent(here)}`);
  return (
    <Doorway workspace={welcome.workspace.name} title={t("session.signIn")} text={t("session.signInText")}>
      <Stack>
        {oidc && (
          <Button component="a" href={begin} size="sm" variant="default">
            {t("session.with", { name: oidc.name })}
          </Button>
        )}
        {oidc && password && <Divider label={t("session.or")} />}
        {password && <SignInForm />}
      </Stack>
    </Doorway>
  );
}

export function SignInForm({ name: known }: { name?: string }) {
  const { t } = useTranslation();
  const [name, setName] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const entering = useEntering<{ name: string; password: string }>("/api/session");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    entering.mutate({ name, password });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Refusal error={entering.error} />
        <TextInput
          size="sm"
          label={t("session.name")}
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          disabled={known !== undefined}
          required
          withAsterisk={false}
          data-autofocus={known === undefined || undefined}
        />
        <PasswordInput
          label={t("session.password")}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          required
          withAsterisk={false}
          data-autofocus={known !== undefined || undefined}
        />
        <Button type="submit" size="sm" mt={6} loading={entering.isPending}>
          {t("session.signIn")}
        </Button>
      </Stack>
    </form>
  );
}

export function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!error) return null;
  const known = error instanceof ApiError ? error : null;
  return (
    <Alert
      color="red"
      p="xs"
      role="alert"
      title={known ? <Said text={known.message} /> : t("errors.unreachable")}
    >
      {known ? known.hint && <Said text={known.hint} /> : t("errors.unreachableHint")}
    </Alert>
  );
}
