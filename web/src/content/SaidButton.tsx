/** Opens what a message says, to be seen and edited. */
import { Button } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { JsonMap } from "../model";
import { variantsOf } from "./uses";

const SaidDesk = lazy(() => import("./SaidDesk"));

interface Props {
  message: JsonMap;
  channel: string;
  title: string;
}

export function SaidButton({ message, channel, title }: Props) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const variants = variantsOf(message);
  if (!variants.length) return null;
  return (
    <>
      <Button
        variant="light"
        leftSection={<IconEye size={15} />}
        onClick={() => setOpen(true)}
        style={{ alignSelf: "flex-start" }}
      >
        {t(variants.length > 1 ? "content.seeVariants" : "content.seeOne")}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <SaidDesk title={title} channel={channel} variants={variants} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
