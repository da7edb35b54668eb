/** Why something that was tried was refused, with each problem. */
import { Alert, List } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/client";
import { Said } from "../profiles/Said";

export function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (!error) return null;
  const known = error instanceof ApiError ? error : null;
  const problems = known?.problems ?? [];
  return (
    <Alert
      color="red"
      title={problems.length ? undefined : known ? <Said text={known.message} /> : t("errors.unexpected")}
    >
      {problems.length > 0 ? (
        <List size="sm">
          {problems.map((problem, index) => (
            <List.Item key={index}>
              {problem.path && <span className="code">{problem.path}: </span>}
              <Said text={problem.message} />
            </List.Item>
          ))}
        </List>
      ) : (
        known?.hint && <Said text={known.hint} />
      )}
    </Alert>
  );
}
