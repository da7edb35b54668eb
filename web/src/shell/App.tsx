/** The studio: what surrounds all pages. */
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queries } from "../api/query";
import { Gate } from "../session/Gate";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";
import { Pages } from "./Pages";
import { theme } from "./theme";

export function App() {
  const { t } = useTranslation();
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider labels={{ confirm: t("actions.yes"), cancel: t("actions.cancel") }}>
          <Notifications position="bottom-right" limit={4} />
          <Boundary>
            <Gate>
              <Frame>
                <Pages />
              </Frame>
            </Gate>
          </Boundary>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
