/** How a mail is looked at: as wide as a desktop or a phone, its HTML or its text. */
import { SegmentedControl } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Part, Width } from "./Screen";
import styles from "./content.module.css";

interface Props {
  width: Width;
  setWidth: (width: Width) => void;
  part: Part;
  setPart: (part: Part) => void;
}

export function MailTools({ width, setWidth, part, setPart }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <SegmentedControl
        aria-label={t("content.width")}
        value={width}
        onChange={(next) => setWidth(next)}
        data={[
          { value: "desktop", label: labelled(<IconDeviceDesktop size={14} />, t("content.desktop")) },
          { value: "phone", label: labelled(<IconDeviceMobile size={14} />, t("content.phone")) },
        ]}
      />
      <SegmentedControl
        aria-label={t("content.part")}
        value={part}
        onChange={(next) => setPart(next)}
        data={[
          { value: "html", label: t("content.html") },
          { value: "text", label: t("content.text") },
        ]}
      />
    </>
  );
}

const labelled = (icon: ReactNode, text: string) => (
  <span className={styles.labelled}>
    {icon}
    {text}
  </span>
);
