/** Decides what is shown: set-up, sign-in, or the studio. */
import { useMantineColorScheme } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { Redirect, useLocation } from "wouter";
import { Failed, Loading } from "../shell/States";
import { Reentry } from "./Reentry";
import { useSession, useWelcome, Visitor, watchExpiry } from "./session";
import { SetUp } from "./SetUp";
import { SignIn } from "./SignIn";

export function Gate({ children }: { children: ReactNode }) {
  const welcome = useWelcome();
  const session = useSession();
  const [path] = useLocation();
  const { setColorScheme } = useMantineColorScheme();
  const theme = session.data?.user.theme;
  useEffect(watchExpiry, []);
  useEffect(() => {
    if (theme) setColorScheme(theme);
  }, [theme, setColorScheme]);
  if (session.data) {
    return (
      <Visitor.Provider value={session.data}>
        {path === "/setup" ? <Redirect to="/" /> : children}
        <Reentry />
      </Visitor.Provider>
    );
  }
  if (welcome.error ?? session.error)
    return <Failed error={welcome.error ?? session.error} retry={() => void welcome.refetch()} />;
  if (!welcome.data || session.isPending) return <Loading height="100vh" />;
  return welcome.data.setup_needed ? <SetUp welcome={welcome.data} /> : <SignIn welcome={welcome.data} />;
}
