/** A table of what administrators keep, with a button and a dialogue that make another. */
import { Button, Modal, Stack, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { get } from "../api/client";
import { Failed, Loading } from "../shell/States";
import styles from "./Settings.module.css";

interface Props<T> {
  /** Where the rows are asked for, and by what they are kept. */
  path: string;
  queryKey: string[];
  newLabel: string;
  columns: string[];
  row: (one: T) => ReactNode;
  form: (close: () => void) => ReactNode;
}

export function TablePage<T>({ path, queryKey, newLabel, columns, row, form }: Props<T>) {
  const { t } = useTranslation();
  const [isOpen, dialog] = useDisclosure(false);
  const found = useQuery({ queryKey, queryFn: () => get<T[]>(path) });
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  return (
    <Stack>
      <Button style={{ alignSelf: "flex-start" }} leftSection={<IconPlus size={15} />} onClick={dialog.open}>
        {newLabel}
      </Button>
      <div className={styles.sheet} tabIndex={0}>
        <Table verticalSpacing={8} horizontalSpacing="md">
          <Table.Thead>
            <Table.Tr>
              {columns.map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              <Table.Th w={44} aria-label={t("list.actions")} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{found.data.map(row)}</Table.Tbody>
        </Table>
      </div>
      <Modal opened={isOpen} onClose={dialog.close} title={newLabel}>
        {form(dialog.close)}
      </Modal>
    </Stack>
  );
}
