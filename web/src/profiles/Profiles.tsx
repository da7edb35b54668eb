/** The list of profiles, and the page of each. */
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { ROOT } from "../root";
import { useMay } from "../session/session";
import { Empty } from "../shell/States";
import { profileAt } from "./addresses";
import { ProfileList } from "./ProfileList";
import { ProfilePage } from "./ProfilePage";

export default function Profiles() {
  const { t } = useTranslation();
  const maySee = useMay("profiles");
  useLocation();
  const id = profileAt(window.location.pathname.slice(ROOT.length));
  if (!maySee) return <Empty icon={IconLock} title={t("profiles.mayNot")} text={t("profiles.mayNotText")} />;
  return id === null ? <ProfileList /> : <ProfilePage key={id} id={id} />;
}
