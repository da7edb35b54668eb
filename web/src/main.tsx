import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./shell/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLanguages } from "./i18n";
import { App } from "./shell/App";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
void startLanguages().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
