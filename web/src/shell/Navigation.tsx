/** The parts of the studio, and who is using it. */
import { Badge, ScrollArea, Text } from "@mantine/core";
import {
  IconActivityHeartbeat,
  IconChecklist,
  IconHome2,
  IconReportAnalytics,
  IconSettings,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useRoute } from "wouter";
import { useWaiting } from "../approvals/approvals";
import { sectionOf, SECTIONS } from "../documents/sections";
import { useWord } from "../i18n/words";
import { at } from "../root";
import { useSession, useWelcome, type Permission } from "../session/session";
import styles from "./Navigation.module.css";
import { UserMenu } from "./UserMenu";
import { WorkspaceSwitch } from "./WorkspaceSwitch";

interface Place {
  id: string;
  address: string;
  icon: Icon;
  /** Without this permission there is nothing to see. */
  needs?: Permission;
}

const PLACES: Place[] = [
  { id: "overview", address: "/", icon: IconHome2 },
  { id: "monitor", address: "/monitor", icon: IconActivityHeartbeat },
  ...SECTIONS.map(({ id, icon }) => ({ id, address: `/${id}`, icon })),
  { id: "reports", address: "/reports", icon: IconReportAnalytics },
  { id: "approvals", address: "/approvals", icon: IconChecklist },
  { id: "profiles", address: "/profiles", icon: IconUsers, needs: "profiles" },
  { id: "settings", address: "/settings", icon: IconSettings },
];

export function Navigation() {
  const { t } = useTranslation();
  const word = useWord();
  const workspace = useWelcome().data?.workspace.name ?? "";
  const here = useHere();
  const may = new Set(useSession().data?.permissions);
  const places = PLACES.filter(({ needs }) => needs === undefined || may.has(needs));
  return (
    <div className={styles.nav}>
      <div className={styles.head}>
        <img src={at("/mark.svg")} width={26} height={26} alt="" />
        <div className={styles.names}>
          <Text fw={650} lh={1.2}>
            {t("product")}
          </Text>
          <WorkspaceSwitch name={workspace} />
        </div>
      </div>
      <ScrollArea className={styles.list} type="auto">
        <nav aria-label={t("shell.navigation")}>
          {places.map(({ id, address, icon: Picture }) => (
            <Link
              key={id}
              href={address}
              className={styles.place}
              aria-current={here === id ? "page" : undefined}
            >
              <Picture size={17} stroke={1.7} aria-hidden />
              {word("sections", id)}
              {id === "approvals" && <Waiting />}
            </Link>
          ))}
        </nav>
      </ScrollArea>
      <UserMenu />
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  const count = useWaiting();
  if (count === 0) return null;
  return (
    <Badge size="sm" circle={count < 10} ml="auto" aria-label={t("approvals.states.waiting")}>
      {count}
    </Badge>
  );
}

function useHere(): string {
  const [path] = useLocation();
  const [isEdit, params] = useRoute("/edit/:kind/*?");
  if (isEdit) return sectionOf(params.kind)?.id ?? "";
  return path === "/" ? "overview" : (path.split("/")[1] ?? "");
}
