/** A profile's id, which leads to its page for who may see it. */
import { Text } from "@mantine/core";
import { Link } from "wouter";
import { useMay } from "../session/session";
import { profileAddress } from "./addresses";
import styles from "./profiles.module.css";

export function ProfileLink({ id }: { id: string }) {
  const maySee = useMay("profiles");
  if (!maySee)
    return (
      <Text span className="code">
        {id}
      </Text>
    );
  return (
    <Link href={profileAddress(id)} className={styles.link}>
      {id}
    </Link>
  );
}
