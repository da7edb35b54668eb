/** Keeps an error in one place of the page from taking the rest with it. */
import { Alert, Button, Code, Stack } from "@mantine/core";
import { Component, type ErrorInfo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  children: ReactNode;
  /** A new value makes a new try, such as the address. */
  at?: string;
}

export class Boundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override componentDidUpdate(before: Props): void {
    if (before.at !== this.props.at && this.state.error) this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? (
      <Broken error={error} retry={() => this.setState({ error: null })} />
    ) : (
      this.props.children
    );
  }
}

function Broken({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="red" title={t("errors.broken")} m="lg" maw={640}>
      <Stack align="flex-start" gap="sm">
        {t("errors.brokenHint")}
        <Code block>{error.message}</Code>
        <Button variant="default" onClick={retry}>
          {t("actions.again")}
        </Button>
      </Stack>
    </Alert>
  );
}
