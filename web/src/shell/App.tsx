/** The studio: what surrounds all pages. */
import { MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Router } from "wouter";
import { queries } from "../api/query";
import { ROOT } from "../root";
import { Gate } from "../session/Gate";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";
import { Pages } from "./Pages";
import { theme } from "./theme";

export function App() {
  const { t } = useTranslation();
  const close = t("actions.close");
  const spoken = useMemo(() => mergeThemeOverrides(theme, named(close)), [close]);
  return (
    <MantineProvider theme={spoken} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider labels={{ confirm: t("actions.yes"), cancel: t("actions.cancel") }}>
          <Notifications position="bottom-right" limit={4} />
          <Router base={ROOT}>
            <Boundary>
              <Gate>
                <Frame>
                  <Pages />
                </Frame>
              </Gate>
            </Boundary>
          </Router>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Buttons that Mantine leaves without a name. */
const named = (close: string): typeof theme => {
  const defaultProps = { closeButtonProps: { "aria-label": close } };
  return { components: { Modal: { defaultProps }, Drawer: { defaultProps } } };
};
