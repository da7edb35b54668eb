/** Opens the dialog that lets an event happen; for who may test, and see whom it concerns. */
import { Button, type ButtonProps } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../session/session";

const Dialog = lazy(() =>
  import("./SendEventDialog").then(({ SendEventDialog }) => ({ default: SendEventDialog })),
);

export function SendEventButton({ event, ...props }: ButtonProps & { event?: string }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const mayTest = useMay("test");
  const maySee = useMay("profiles");
  if (!mayTest || !maySee) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconBolt size={14} aria-hidden />}
        {...props}
        onClick={() => setOpen(true)}
      >
        {t("sending.open")}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <Dialog {...(event ? { event } : {})} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
