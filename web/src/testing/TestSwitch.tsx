/** Turns test mode on and off. */
import { Switch } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useView, useViewStore } from "../canvas/view";
import { useMay } from "../session/session";
import { endTesting, useTesting } from "./session";

export function TestSwitch() {
  const { t } = useTranslation();
  const view = useViewStore();
  const hasSession = useTesting((testing) => testing.session !== null);
  const isOpen = useView((now) => now.panel === "test");
  const mayTest = useMay("test");
  useEffect(() => endTesting, []);
  if (!mayTest) return null;
  const isOn = hasSession || isOpen;
  const toggle = (): void => {
    if (isOn) endTesting();
    view.setState({ panel: isOn ? "step" : "test" });
  };
  return (
    <Switch
      label={t("test.mode")}
      checked={isOn}
      onChange={toggle}
      color="violet"
      size="sm"
      mr={6}
      visibleFrom="sm"
    />
  );
}
